import { describe, expect, test } from '@jest/globals';
import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { createAuthorizer } from '../../../lambda/authorizer/authorizer.ts';
import { authorizerEvent, STAGE_ARN } from '../../support/authorizer-event.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { BRAVO_TOKEN, env, PLUGIN_TOKEN, registry } from '../../support/registry.ts';

function authorizer() {
  const { log, lines } = logRecorder();
  return { authorize: createAuthorizer(registry, env, log, () => 0), lines };
}

describe('a token counts in its own header only:', () => {
  test.each(['X-API-Tokem', 'x-api_token', 'Accept-Lang', 'x-api-toke', 'x-api-tokens', ''])(
    'not in %s',
    async (name) => {
      const { authorize, lines } = authorizer();
      await expect(authorize(authorizerEvent({ [name]: [BRAVO_TOKEN] }))).rejects.toThrow(
        new Error('Unauthorized'),
      );
      expect(lines).toMatchObject([{ event: 'refused', reason: 'missing_token' }]);
    },
  );

  test('what stands in another header of the same length changes nothing', async () => {
    const { authorize } = authorizer();
    const event = authorizerEvent({
      'X-API-Tokem': [PLUGIN_TOKEN],
      'X-API-Token': [BRAVO_TOKEN],
      'Accept-Lang': ['de'],
    });
    expect(await authorize(event)).toMatchObject({ principalId: 'bravo' });
  });

  test('an empty value beside it is a second one', async () => {
    const { authorize, lines } = authorizer();
    const event = authorizerEvent({ 'X-API-Token': [BRAVO_TOKEN], 'x-api-token': [''] });
    await expect(authorize(event)).rejects.toThrow(new Error('Unauthorized'));
    expect(lines).toMatchObject([{ event: 'refused', reason: 'multiple_tokens' }]);
  });
});

describe('an event without a request context', () => {
  const without = (multiValueHeaders: Record<string, string[]>) =>
    ({
      ...authorizerEvent(multiValueHeaders),
      requestContext: undefined,
    }) as unknown as APIGatewayRequestAuthorizerEvent;

  test('and without a token is refused', async () => {
    const { authorize, lines } = authorizer();
    await expect(authorize(without({}))).rejects.toThrow(new Error('Unauthorized'));
    expect(lines).toEqual([
      {
        level: 'WARN',
        event: 'refused',
        reason: 'missing_token',
        requestId: undefined,
        route: 'POST /jobs',
      },
    ]);
  });

  test('and with a token is a fault, never an Allow', async () => {
    const { authorize, lines } = authorizer();
    await expect(authorize(without({ 'X-API-Token': [BRAVO_TOKEN] }))).rejects.toThrow(
      new Error('Authorizer fault'),
    );
    expect(lines).toMatchObject([{ level: 'ERROR', event: 'fault', reason: 'TypeError' }]);
  });
});

describe('what was answered in one stage is never the answer in another:', () => {
  test.each([
    ['another stage of the same API', 'a1b2c3d4e5/dev/'],
    ['the same stage of another API', 'z9y8x7w6v5/prod/'],
  ])('%s', async (_, end) => {
    const { authorize } = authorizer();
    const prefix = STAGE_ARN.replace('a1b2c3d4e5/prod/', end);
    const headers = { 'X-API-Token': [BRAVO_TOKEN] };
    await authorize(authorizerEvent(headers));
    const { policyDocument } = await authorize(
      authorizerEvent(headers, { methodArn: `${prefix}GET/jobs` }),
    );
    const text = JSON.stringify(policyDocument);
    expect(text).toContain(`${prefix}GET/jobs`);
    expect(text).not.toContain(STAGE_ARN);
  });
});

test.each([
  ['something before it', `x${STAGE_ARN}GET/jobs`],
  ['no stage', 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5'],
  ['an empty stage', 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5//GET/jobs'],
  ['an empty API', 'arn:/prod/GET/jobs'],
])('a method ARN with %s is a fault', async (_, methodArn) => {
  const { authorize, lines } = authorizer();
  const event = { ...authorizerEvent({ 'X-API-Token': [BRAVO_TOKEN] }), methodArn };
  await expect(authorize(event)).rejects.toThrow(new Error('Authorizer fault'));
  expect(lines).toMatchObject([{ level: 'ERROR', event: 'fault' }]);
});
