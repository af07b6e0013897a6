import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Refusal } from '../../local/api/refusal.ts';
import { substituteVariables } from '../../local/api/respond/substitute.ts';
import type { RestApi } from '../../local/api/rest-api.ts';
import type { AnyStage } from '../../local/api/stages.ts';
import { anyText } from '../support/any-text.ts';

function refusedWith(text: string | null, agent: string, stage: string): AnyStage {
  return {
    api: {
      id: 'api',
      region: 'eu-west-1',
      accountId: '0',
      stage,
      stageVariables: { color: agent },
    } as unknown as RestApi,
    raw: {
      method: 'GET',
      target: '/',
      headers: [['User-Agent', agent]],
      body: Buffer.alloc(0),
      sourceIp: '127.0.0.1',
      port: 0,
      httpVersion: '1.1',
    },
    requestId: 'id',
    extendedRequestId: 'id=',
    traceId: 'trace',
    receivedAt: 0,
    authorization: {
      principalId: agent,
      context: {},
      usageIdentifierKey: undefined,
      policy: [],
      methodArn: '',
      sourceIp: '127.0.0.1',
      verdict: 'allow',
      cached: false,
      keptUntil: undefined,
      latencyMs: 0,
    },
    refusal: new Refusal('BAD_REQUEST_BODY', text, { validationError: agent }),
  };
}

test('property: a JSON template stays JSON, whatever the variables hold', () => {
  const template = `{
    "message": $context.error.messageString,
    "reason": "$context.error.validationErrorString",
    "agent": "by $context.identity.userAgent.",
    "client": "$context.authorizer.principalId",
    "color": "$stageVariables.color",
    "stage": "$context.stage",
    "none": "$context.identity.none$context.identity$stageVariables.toString"
  }`;
  const text = anyText();
  fc.assert(
    fc.property(fc.option(text), text, text, (message, agent, stage) => {
      const body = substituteVariables(template, refusedWith(message, agent, stage));
      expect(JSON.parse(body)).toEqual({
        message,
        reason: agent,
        agent: `by ${agent}.`,
        client: agent,
        color: agent,
        stage,
        none: '',
      });
    }),
  );
});

test('property: a template without variables is the body', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const template = text.replaceAll('$', '');
      expect(substituteVariables(template, refusedWith('', '', ''))).toBe(template);
    }),
  );
});
