import { describe, expect, test } from '@jest/globals';
import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { createAuthorizer } from '../../../lambda/authorizer/authorizer.ts';
import { authorizerEvent } from '../../support/authorizer-event.ts';
import { HTTP_STAGE_ARN, httpAuthorizerEvent } from '../../support/http-authorizer-event.ts';
import { iamAllows } from '../../support/iam-oracle.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { BRAVO_TOKEN, env, PLUGIN_TOKEN, registry } from '../../support/registry.ts';

function authorizer() {
  const { log, lines } = logRecorder();
  return { authorize: createAuthorizer(registry, env, log, () => 0), lines };
}

describe('a request of an HTTP API', () => {
  test('with a recognised token gets one policy for all routes, and the context', async () => {
    const { authorize } = authorizer();
    const answer = await authorize(httpAuthorizerEvent({ 'x-api-token': PLUGIN_TOKEN }));
    expect(answer).toMatchObject({
      principalId: 'ae-plugin',
      context: { clientName: 'ae-plugin', permissions: 'job.read' },
    });
    const isOpen = (route: string) => iamAllows(answer.policyDocument, HTTP_STAGE_ARN + route);
    expect(await isOpen('GET/jobs')).toBe(true);
    expect(await isOpen('GET/jobs/1')).toBe(true);
    expect(await isOpen('POST/jobs')).toBe(false);
  });

  test.each([
    ['without a token', 'missing_token', {}],
    ['with an empty one', 'missing_token', { 'x-api-token': '' }],
    ['with two', 'multiple_tokens', { 'x-api-token': `${BRAVO_TOKEN},${BRAVO_TOKEN}` }],
    ['with an unknown one', 'unknown_token', { 'x-api-token': `${BRAVO_TOKEN}x` }],
    ['with one in another header', 'missing_token', { 'x-api-tokem': BRAVO_TOKEN }],
  ])('%s is denied every route, for a throw would be a 500', async (_, reason, headers) => {
    const { authorize, lines } = authorizer();
    const { policyDocument } = await authorize(httpAuthorizerEvent(headers));
    expect(policyDocument.Statement).toEqual([
      { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: [`${HTTP_STAGE_ARN}*`] },
    ]);
    expect(lines).toEqual([
      { level: 'WARN', event: 'refused', reason, requestId: 'request-1', route: 'GET /jobs' },
    ]);
  });

  test('without headers is one without a token', async () => {
    const { authorize, lines } = authorizer();
    const { headers: _, ...event } = httpAuthorizerEvent({});
    expect(await authorize(event)).toMatchObject({ principalId: '-' });
    expect(lines).toMatchObject([{ event: 'refused', reason: 'missing_token' }]);
  });

  test.each([
    ['without its ARN', { routeArn: undefined }],
    ['with another ARN', { routeArn: 'GET /jobs' }],
    ['without a request context', { requestContext: undefined }],
  ])('%s is a fault', async (_, change) => {
    const { authorize, lines } = authorizer();
    const event = { ...httpAuthorizerEvent({ 'x-api-token': BRAVO_TOKEN }), ...change };
    await expect(authorize(event as unknown as APIGatewayRequestAuthorizerEventV2)).rejects.toThrow(
      'Authorizer fault',
    );
    expect(lines).toMatchObject([{ level: 'ERROR', event: 'fault' }]);
  });

  test('that is refused without an ARN is a fault as well', async () => {
    const { authorize } = authorizer();
    const event = { ...httpAuthorizerEvent({}), routeArn: '' };
    await expect(authorize(event)).rejects.toThrow('Authorizer fault');
  });
});

test('a request of a REST API is not read as one of an HTTP API, whose headers have one value', async () => {
  const { authorize, lines } = authorizer();
  const event = { ...authorizerEvent({}), headers: { 'x-api-token': BRAVO_TOKEN } };
  await expect(authorize(event)).rejects.toThrow(/^Unauthorized$/);
  expect(lines).toMatchObject([{ event: 'refused', reason: 'missing_token' }]);
});
