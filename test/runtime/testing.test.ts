import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { requireApiToken } from '../../lambda/middleware/require-api-token.ts';
import { apiTokenEvent, lambdaContext } from '../../runtime/testing.ts';

const handler = middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
  .use(requireApiToken('report.read'))
  .handler(async ({ apiToken, path, headers, requestContext }) => ({
    statusCode: 200,
    body: JSON.stringify({ apiToken, path, headers, stage: requestContext.stage }),
  }));

test('a protected handler is called in one line', async () => {
  const { statusCode, body } = await handler(
    apiTokenEvent({ clientName: 'charlie', permissions: ['report.*'] }, { path: '/reports' }),
    lambdaContext(),
  );
  expect({ statusCode, body: JSON.parse(body) as unknown }).toEqual({
    statusCode: 200,
    body: {
      apiToken: { id: '0123456789ab', clientName: 'charlie', permissions: ['report.*'] },
      path: '/reports',
      headers: {},
      stage: 'prod',
    },
  });
});

test('a client without the permission gets its 403', async () => {
  const event = apiTokenEvent({ permissions: ['job.read'] });
  expect(await handler(event, lambdaContext())).toMatchObject({ statusCode: 403 });
});

test('the event has no apiToken of its own: a handler without the middleware fails its test', () => {
  expect(apiTokenEvent()).not.toHaveProperty('apiToken');
});

test.each([[{ permissions: ['job'] }], [{ tokenId: 'x' }], [{ clientName: '' }]])(
  '%j is refused at once',
  (caller) => {
    expect(() => apiTokenEvent(caller)).toThrow(TypeError);
  },
);

test('an invocation has ten seconds left, or what it is given', () => {
  expect(lambdaContext().getRemainingTimeInMillis()).toBe(10_000);
  expect(lambdaContext(5).getRemainingTimeInMillis()).toBe(5);
});
