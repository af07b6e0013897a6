import { describe, expect, test } from '@jest/globals';
import middy7 from '@middy/core';
import cors7 from '@middy/http-cors';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import middy4 from 'middy-4';
import middy5 from 'middy-5';
import middy6 from 'middy-6';
import cors5 from 'middy-http-cors-5';
import cors6 from 'middy-http-cors-6';
import { jsonErrors } from '../../../lambda/middleware/json-errors.ts';
import type { MiddyRequest } from '../../../lambda/middleware/middy-request.ts';
import { requireApiToken } from '../../../lambda/middleware/require-api-token.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { lambdaContext, proxyEvent } from '../../support/proxy-event.ts';

interface Middleware {
  readonly before?: (request: MiddyRequest<never>) => unknown;
  readonly after?: (request: MiddyRequest<never>) => unknown;
  readonly onError?: (request: MiddyRequest<never>) => unknown;
}

/** What every middy has; the types of four versions have no other name in common. */
interface Middy {
  (event: unknown, context: unknown): Promise<APIGatewayProxyResult>;
  use(middleware: Middleware): Middy;
  handler(handle: () => Promise<APIGatewayProxyResult>): Middy;
}

type Cors = (options: { origin: string }) => Middleware;

const versions: readonly [string, () => Middy, Cors][] = [
  ['4', middy4 as unknown as () => Middy, cors5 as unknown as Cors],
  ['5', middy5 as unknown as () => Middy, cors5 as unknown as Cors],
  ['6', middy6 as unknown as () => Middy, cors6 as unknown as Cors],
  ['7', middy7 as unknown as () => Middy, cors7 as unknown as Cors],
];

const NONE: Middleware = { onError: () => undefined };

/** Answers as `@middy/http-error-handler` does: an error's own status, unless somebody answered. */
const httpErrorHandler: Middleware = {
  onError: (request: MiddyRequest<APIGatewayProxyEvent>) => {
    if (request.response !== undefined) return;
    const { statusCode = 500, message } = request.error as Error & { statusCode?: number };
    request.response = { statusCode, headers: {}, body: message };
  },
};

/** Answers as many hand-written handlers do: by returning, whatever was answered before. */
const returningHandler: Middleware = {
  onError: ({ error }: MiddyRequest<APIGatewayProxyEvent>) => {
    const { statusCode = 500, message } = error as Error & { statusCode?: number };
    return { statusCode, headers: {}, body: message };
  },
};

const errorHandlers: readonly [string, Middleware][] = [
  ['no error handler', NONE],
  ['jsonErrors', jsonErrors(logRecorder().log)],
  ['an HTTP error handler', httpErrorHandler],
  ['an error handler that returns', returningHandler],
];

const orders = [
  ['cors', 'errors', 'token'],
  ['cors', 'token', 'errors'],
  ['errors', 'cors', 'token'],
  ['errors', 'token', 'cors'],
  ['token', 'cors', 'errors'],
  ['token', 'errors', 'cors'],
] as const;

const contexts: readonly [string, unknown, number][] = [
  ['no context', undefined, 401],
  ['the context of another authorizer', { principalId: 'somebody' }, 401],
  ['no permission', { clientName: 'b', tokenId: '0123456789ab', permissions: 'job.read' }, 403],
  ['the permission', { clientName: 'b', tokenId: '0123456789ab', permissions: 'job.*' }, 200],
];

async function call(middy: () => Middy, middlewares: readonly Middleware[], event: unknown) {
  let wasHandled = false;
  const handler = middlewares
    .reduce((app, each) => app.use(each), middy())
    .handler(async () => {
      wasHandled = true;
      return { statusCode: 200, headers: {}, body: 'done' };
    });
  const response = await handler(event, lambdaContext);
  return { ...response, wasHandled };
}

const eventOf = (authorizer: unknown) => {
  const event = proxyEvent({ headers: { Origin: 'https://example.com' } });
  Object.assign(event.requestContext, { authorizer });
  return event;
};

describe.each(versions)('under middy %s', (_, middy, cors) => {
  describe.each(errorHandlers)('with %s', (__, errors) => {
    describe.each(orders.map((order) => [order.join(', '), order] as const))(
      'as %s',
      (___, order) => {
        test.each(contexts)('%s gets its own status', async (____, authorizer, status) => {
          const parts = {
            cors: cors({ origin: '*' }),
            errors,
            token: requireApiToken('job.create'),
          };
          const { statusCode, headers, wasHandled } = await call(
            middy,
            order.map((each) => parts[each]),
            eventOf(authorizer),
          );
          expect({ statusCode, wasHandled }).toEqual({
            statusCode: status,
            wasHandled: status === 200,
          });
          // What is attached before requireApiToken sees its refusals, unless an error handler in
          // between ends the chain.
          const isOuter = order.indexOf('cors') < order.indexOf('token');
          if ((isOuter && errors !== returningHandler) || status === 200) {
            expect(headers).toHaveProperty('Access-Control-Allow-Origin');
          }
        });
      },
    );
  });

  test.each([
    ['outside', 0],
    ['inside', 1],
  ])('a metric that is opened %s is closed when a request is refused', async (__, place) => {
    let closed = 0;
    const metric = { after: () => void closed++, onError: () => void closed++ };
    const middlewares: Middleware[] = [requireApiToken('job.create')];
    middlewares.splice(place, 0, metric);
    expect(await call(middy, middlewares, eventOf(undefined))).toMatchObject({ statusCode: 401 });
    expect(closed).toBe(1);
  });

  test('an outer middleware sees the very response that the caller gets', async () => {
    const seen: unknown[] = [];
    const outer: Middleware = { onError: ({ response }) => void seen.push(response?.statusCode) };
    await call(middy, [outer, requireApiToken('job.create')], eventOf(undefined));
    expect(seen).toEqual([401]);
  });

  test('an outer error of another kind is not answered in its place', async () => {
    const failing: Middleware = {
      before: () => {
        throw new Error('out of order');
      },
    };
    const answer = call(middy, [failing, requireApiToken('job.create')], eventOf(undefined));
    await expect(answer).rejects.toThrow('out of order');
  });

  test.each([[null], [{}], [{ requestContext: null }], [{ requestContext: { authorizer: 'x' } }]])(
    'an invocation with the event %j is a 401',
    async (event) => {
      expect(await call(middy, [requireApiToken()], event)).toMatchObject({
        statusCode: 401,
        wasHandled: false,
      });
    },
  );
});

test('the hook throws at once, so that what does not wait for it stops too', () => {
  const request = { event: eventOf(undefined), context: lambdaContext } as never;
  expect(() => requireApiToken().before(request)).toThrow('Missing API token');
});
