import { expect, test } from '@jest/globals';
import { createAuthorizer } from '../../../lambda/authorizer/authorizer.ts';
import type { ClientRegistry } from '../../../lambda/contract/access/client-registry.ts';
import { authorizerEvent, STAGE_ARN } from '../../support/authorizer-event.ts';
import { HTTP_STAGE_ARN, httpAuthorizerEvent } from '../../support/http-authorizer-event.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { BRAVO_TOKEN, env, PLUGIN_TOKEN, registry } from '../../support/registry.ts';

const SOURCES = ['203.0.113.0/24', '2001:db8::/32'];

function authorizer() {
  const { log, lines } = logRecorder();
  const [bravo, plugin] = registry.clients;
  const bound = {
    ...registry,
    clients: [{ ...bravo, allowedSources: SOURCES }, plugin],
  } as ClientRegistry;
  return { authorize: createAuthorizer(bound, env, log, () => 0), lines };
}

function eventFrom(sourceIp: unknown, token = BRAVO_TOKEN) {
  const event = authorizerEvent({ 'X-API-Token': [token] });
  return {
    ...event,
    requestContext: { ...event.requestContext, identity: { sourceIp } },
  } as typeof event;
}

test.each(['203.0.113.7', '2001:db8::7', '::ffff:203.0.113.7'])(
  'a client may call from %s, and the policy says from where',
  async (source) => {
    const { authorize } = authorizer();
    const { policyDocument } = await authorize(eventFrom(source));
    expect(policyDocument.Statement[0]).toMatchObject({
      Effect: 'Allow',
      Condition: { IpAddress: { 'aws:SourceIp': SOURCES } },
    });
  },
);

test.each([
  '203.0.114.7',
  '2001:db9::7',
  '::ffff:203.0.114.7',
  '',
  'test-invoke-source-ip',
  undefined,
  null,
  7,
])('a client is refused from %s with a Deny, which is a 403', async (source) => {
  const { authorize, lines } = authorizer();
  const { policyDocument } = await authorize(eventFrom(source));
  expect(policyDocument.Statement).toEqual([
    { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: [`${STAGE_ARN}*`] },
  ]);
  expect(lines).toMatchObject([{ level: 'WARN', event: 'refused', reason: 'source_not_allowed' }]);
});

test('a request whose event has no address is refused as one from elsewhere', async () => {
  const { authorize, lines } = authorizer();
  const { requestContext, ...event } = eventFrom('203.0.113.7');
  const { identity: _, ...rest } = requestContext;
  const { policyDocument } = await authorize({ ...event, requestContext: rest } as never);
  expect(policyDocument.Statement).toMatchObject([{ Effect: 'Deny' }]);
  expect(lines).toMatchObject([{ event: 'refused', reason: 'source_not_allowed' }]);
});

test('each call is decided by its own address, in any order', async () => {
  const { authorize } = authorizer();
  const effects = [];
  for (const source of ['203.0.113.7', '198.51.100.1', '203.0.113.8', '198.51.100.1']) {
    const { policyDocument } = await authorize(eventFrom(source));
    effects.push(policyDocument.Statement[0]?.Effect);
  }
  expect(effects).toEqual(['Allow', 'Deny', 'Allow', 'Deny']);
});

test('a client without sources may call from everywhere, under no condition', async () => {
  const { authorize } = authorizer();
  const { policyDocument } = await authorize(eventFrom('198.51.100.1', PLUGIN_TOKEN));
  expect(policyDocument.Statement[0]).not.toHaveProperty('Condition');
});

test.each([
  ['203.0.113.7', 'Allow'],
  ['198.51.100.1', 'Deny'],
])('a client of an HTTP API calls from %s: %s', async (sourceIp, effect) => {
  const { authorize } = authorizer();
  const event = httpAuthorizerEvent({ 'x-api-token': BRAVO_TOKEN }, { sourceIp });
  const { policyDocument } = await authorize(event);
  expect(policyDocument.Statement[0]).toMatchObject({ Effect: effect });
  expect(JSON.stringify(policyDocument)).toContain(HTTP_STAGE_ARN);
});
