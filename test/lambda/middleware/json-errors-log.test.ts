import { describe, expect, test } from '@jest/globals';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { jsonErrors } from '../../../lambda/middleware/json-errors.ts';
import { requireApiToken } from '../../../lambda/middleware/require-api-token.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { lambdaContext, proxyEvent } from '../../support/proxy-event.ts';

async function answer(thrown: unknown, event: unknown = proxyEvent({})) {
  const { log, lines } = logRecorder();
  const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(jsonErrors(log))
    .handler(() => {
      throw thrown;
    });
  const { statusCode, body } = await handler(event as APIGatewayProxyEvent, lambdaContext);
  return { statusCode, body: JSON.parse(body) as unknown, lines };
}

const errorWith = (message: string, stack: string) => Object.assign(new Error(message), { stack });

describe('the log line of a fault', () => {
  test.each([
    ['the first frame', 'said', 'Error: said\n    at f (a.ts:1:2)\n    at g', 'at f (a.ts:1:2)'],
    [
      'no line of the message',
      'said\n    at client (b.ts:1:2)',
      'Error: said\n    at client (b.ts:1:2)\n    at f (a.ts:1:2)',
      'at f (a.ts:1:2)',
    ],
    ['nothing of the message', 'said ', 'Error\n    at said (a.ts:1:2)', 'at (a.ts:1:2)'],
    ['no frame where there is none', 'said', 'Error: said', undefined],
  ])('shows %s', async (_, message, stack, frame) => {
    const { statusCode, lines } = await answer(errorWith(message, stack));
    expect(statusCode).toBe(500);
    expect(lines).toEqual([
      { level: 'ERROR', event: 'fault', reason: 'Error', frame, requestId: 'request-1' },
    ]);
  });

  test.each([undefined, null])('is written also where %s was thrown', async (thrown) => {
    const { statusCode, lines } = await answer(thrown);
    expect(statusCode).toBe(500);
    expect(lines).toMatchObject([{ level: 'ERROR', event: 'fault', reason: undefined }]);
  });

  test('is written also where the event has no request context', async () => {
    const { statusCode, body, lines } = await answer(new Error('x'), { headers: {} });
    expect(statusCode).toBe(500);
    expect(body).toEqual({ error: 'Internal server error' });
    expect(lines).toMatchObject([{ event: 'fault', reason: 'Error', requestId: undefined }]);
  });
});

test('middlewares have the names of their factories, as in a trace', () => {
  expect(jsonErrors().name).toBe('jsonErrors');
  expect(requireApiToken().name).toBe('requireApiToken');
});
