import { describe, expect, test } from '@jest/globals';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import {
  type ApiTokenHttpEvent,
  requireApiToken,
} from '../../../lambda/middleware/require-api-token.ts';
import { apiTokenHttpEvent, lambdaContext } from '../../../runtime/testing.ts';

const call = (event: unknown) =>
  middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(requireApiToken<ApiTokenHttpEvent>('report.read'))
    .handler(async ({ apiToken, rawPath, requestContext }) => ({
      statusCode: 200,
      body: JSON.stringify({ apiToken, rawPath, routeKey: requestContext.routeKey }),
    }))(event as ApiTokenHttpEvent, lambdaContext());

describe('behind an HTTP API', () => {
  test('a handler knows who is calling', async () => {
    const event = apiTokenHttpEvent(
      { clientName: 'charlie', permissions: ['report.*'] },
      { routeKey: 'GET /reports/{id}', rawPath: '/reports/7' },
    );
    const { statusCode, body = '' } = await call(event);
    expect({ statusCode, body: JSON.parse(body) as unknown }).toEqual({
      statusCode: 200,
      body: {
        apiToken: { id: '0123456789ab', clientName: 'charlie', permissions: ['report.*'] },
        rawPath: '/reports/7',
        routeKey: 'GET /reports/{id}',
      },
    });
  });

  test('a client without the permission gets its 403', async () => {
    const event = apiTokenHttpEvent({ permissions: ['job.read'] });
    expect(await call(event)).toMatchObject({ statusCode: 403 });
  });

  test.each([
    ['nothing', undefined],
    ['a JSON Web Token', { jwt: { claims: {}, scopes: [] } }],
    ['what a REST API writes', { clientName: 'bravo', tokenId: '0123456789ab', permissions: '*' }],
    ['a text', { lambda: 'bravo' }],
    ['null', { lambda: null }],
  ])('a request whose authorizer says %s gets a 401', async (_, authorizer) => {
    const event = apiTokenHttpEvent();
    Object.assign(event.requestContext, { authorizer });
    expect(await call(event)).toMatchObject({
      statusCode: 401,
      body: expect.stringContaining('Missing API token'),
    });
  });
});

test('behind a REST API, what stands in `lambda` says nothing', async () => {
  const event = apiTokenHttpEvent();
  const restEvent = { ...event, version: '1.0' };
  expect(await call(restEvent)).toMatchObject({ statusCode: 401 });
});

test.each([[{ permissions: ['job'] }], [{ tokenId: 'x' }], [{ clientName: '' }]])(
  'an event for %j is refused at once',
  (caller) => {
    expect(() => apiTokenHttpEvent(caller)).toThrow(TypeError);
  },
);

test('the event has no apiToken of its own: a handler without the middleware fails its test', () => {
  expect(apiTokenHttpEvent()).not.toHaveProperty('apiToken');
});
