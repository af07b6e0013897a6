import { describe, expect, jest, test } from '@jest/globals';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { HttpError } from '../../../lambda/middleware/http-error.ts';
import { jsonErrors } from '../../../lambda/middleware/json-errors.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { lambdaContext, proxyEvent } from '../../support/proxy-event.ts';

async function answer(thrown: unknown, event = proxyEvent({})) {
  const { log, lines } = logRecorder();
  const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(jsonErrors(log))
    .handler(() => {
      throw thrown;
    });
  const { statusCode, body } = await handler(event, lambdaContext);
  return { statusCode, body: JSON.parse(body) as unknown, lines };
}

describe('jsonErrors', () => {
  test('answers an HttpError with its own status and sentence, and logs nothing', async () => {
    expect(await answer(new HttpError(409, 'Taken'))).toEqual({
      statusCode: 409,
      body: { error: 'Taken', requestId: 'request-1' },
      lines: [],
    });
  });

  test('answers anything else with a 500 that says nothing, and logs where it was', async () => {
    const { statusCode, body, lines } = await answer(new RangeError('said by the client'));
    expect({ statusCode, body }).toEqual({
      statusCode: 500,
      body: { error: 'Internal server error', requestId: 'request-1' },
    });
    expect(lines).toMatchObject([
      { level: 'ERROR', event: 'fault', reason: 'RangeError', requestId: 'request-1' },
    ]);
    expect(lines[0]?.frame).toContain('json-errors.test.ts');
    expect(JSON.stringify(lines)).not.toContain('said by the client');
  });

  test('answers also where the event is none and the error has no stack', async () => {
    const error = new Error('x');
    delete error.stack;
    expect(await answer(error, null as never)).toMatchObject({ statusCode: 500 });
  });

  test('leaves alone what a middleware nearer to the handler has answered', async () => {
    const { log, lines } = logRecorder();
    const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
      .use(jsonErrors(log))
      .onError((request) => {
        request.response = { statusCode: 418, body: 'a teapot' };
      })
      .handler(() => {
        throw new Error('x');
      });
    expect(await handler(proxyEvent({}), lambdaContext)).toMatchObject({ statusCode: 418 });
    expect(lines).toEqual([]);
  });

  test('writes its log line to standard output by itself', async () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
        .use(jsonErrors())
        .handler(() => {
          throw new Error('x');
        });
      await handler(proxyEvent({}), lambdaContext);
      expect(write.mock.calls.map(String).join('')).toMatch(/^\{"level":"ERROR".*\}\n$/);
    } finally {
      write.mockRestore();
    }
  });
});
