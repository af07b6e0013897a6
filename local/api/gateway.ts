import { randomBytes, randomUUID } from 'node:crypto';
import { messageOf } from '../problem.ts';
import { type AuthorizeOptions, authorize } from './authorize.ts';
import { authorizerCache } from './authorizer-cache.ts';
import { proxyEvent } from './event.ts';
import type { Exchange } from './exchange.ts';
import { gatewayResponse } from './gateway-response.ts';
import type { InvokeFunction } from './invoke.ts';
import { mockResponse } from './mock.ts';
import { parseProxyResponse } from './proxy-response.ts';
import { Refusal } from './refusal.ts';
import { parseRequest, pathOf, type RawRequest, type Request } from './request.ts';
import type { Response } from './response.ts';
import type { ProxyIntegration, RestApi } from './rest-api.ts';
import { findRoute, type Route } from './route.ts';
import { requestValidator } from './validate-request.ts';

/** What became of a request, for the developer to see. */
export interface Outcome {
  readonly method: string;
  readonly path: string;
  readonly statusCode: number;
  /** The caller's name as the authorizer gave it. */
  readonly client: string | undefined;
  /** How the request got in: `cached`, `authorized` or `open`; or the type of its refusal. */
  readonly decision: string;
  readonly totalMs: number;
  /** The time in the gateway itself: without the authorizer's and the integration's. */
  readonly gatewayMs: number;
}

export interface Gateway {
  /** Answers a request; never rejects. */
  handle(raw: RawRequest): Promise<{ readonly response: Response; readonly outcome: Outcome }>;
  /** Whether a request would reach its integration; leaves nothing in the cache of requests. */
  admits(raw: RawRequest): Promise<boolean>;
}

export interface GatewayOptions {
  readonly invoke: InvokeFunction;
  /** Milliseconds since 1970; the time to live of cached results is measured with it. */
  readonly now: () => number;
  readonly log: (text: string) => void;
  /** How long the gateway waits for an authorizer, in milliseconds. */
  readonly authorizerTimeoutMs: number;
}

const maxCachedResults = 10_000;

function newExchange(api: RestApi, raw: RawRequest, now: number): Exchange {
  const seconds = Math.floor(now / 1000).toString(16);
  return {
    api,
    raw,
    requestId: randomUUID(),
    extendedRequestId: `${randomBytes(11).toString('base64url')}=`,
    traceId: `Root=1-${seconds}-${randomBytes(12).toString('hex')}`,
    receivedAt: now,
  };
}

function routeFor(api: RestApi, request: Request): Route {
  let route: Route | undefined;
  try {
    route = findRoute(api.resources, request.method, request.path);
  } catch {
    throw new Refusal('DEFAULT_4XX', 'Bad Request');
  }
  if (route === undefined) {
    throw new Refusal('MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token');
  }
  return route;
}

/** The answer on a stage that does not exist: there is no API whose gateway response could be used. */
const forbidden: Response = {
  statusCode: 403,
  headers: [
    ['Content-Type', 'application/json'],
    ['x-amzn-ErrorType', 'ForbiddenException'],
  ],
  body: Buffer.from('{"message":"Forbidden"}'),
};

/**
 * A REST API of API Gateway: takes requests, answers as AWS would.
 *
 * @throws Problem when a request model of the API cannot be used
 */
export function gatewayFor(api: RestApi, options: GatewayOptions): Gateway {
  const { invoke, now, log } = options;
  const validate = requestValidator(api);
  const cache = authorizerCache(maxCachedResults, now);
  const previewCache = authorizerCache(maxCachedResults, now);

  async function callFunction(
    integration: ProxyIntegration,
    exchange: Exchange,
    request: Request,
    route: Route,
  ): Promise<Response> {
    const event = proxyEvent(exchange, request, route);
    const result = await invoke(integration.functionArn, event, integration.timeoutMs);
    if (result === 'timeout')
      throw new Refusal('INTEGRATION_TIMEOUT', 'Endpoint request timed out');
    const refusal = new Refusal('DEFAULT_5XX', 'Internal server error', { statusCode: 502 });
    if (!result.ok) {
      log(`The function failed: ${result.errorType}: ${result.errorMessage}`);
      // Lambda takes less than the gateway does: 6 MB, with everything else that is in the event.
      if (result.errorType === 'RequestEntityTooLargeException') {
        throw new Refusal('REQUEST_TOO_LARGE', 'Request Too Long');
      }
      throw refusal;
    }
    try {
      return parseProxyResponse(result.payload, request.headers, api.binaryMediaTypes);
    } catch (error) {
      log(`Malformed Lambda proxy response: ${messageOf(error)}`);
      throw refusal;
    }
  }

  /** How a request gets to its route: on a cached result, by a call, or without an authorizer. */
  async function admit(
    exchange: Exchange,
    request: Request,
    route: Route,
    how: Pick<AuthorizeOptions, 'cache' | 'invoke'>,
  ): Promise<'cached' | 'authorized' | 'open'> {
    const { authorizer } = route.method;
    if (authorizer === undefined) return 'open';
    const { principalId, context, verdict, cached, latencyMs } = await authorize(
      authorizer,
      exchange,
      request,
      route,
      { ...how, log, timeoutMs: options.authorizerTimeoutMs },
    );
    // Also for the response to a caller who is known and may not do this.
    exchange.authorizer = { ...context, principalId, integrationLatency: latencyMs };
    if (verdict !== 'allow') {
      const reason = verdict === 'deny' ? '' : ' with an explicit deny';
      throw new Refusal('ACCESS_DENIED', `User is not authorized to access this resource${reason}`);
    }
    return cached ? 'cached' : 'authorized';
  }

  async function respond(
    exchange: Exchange,
    timed: <T>(work: Promise<T>) => Promise<T>,
  ): Promise<{ response: Response; decision: string }> {
    const request = parseRequest(exchange.raw);
    exchange.request = request;
    if (request.stage !== api.stage) return { response: forbidden, decision: 'FORBIDDEN' };
    const route = routeFor(api, request);
    exchange.route = route;
    const decision = await admit(exchange, request, route, {
      cache,
      invoke: (...call) => timed(invoke(...call)),
    });
    validate(exchange, request, route.method);
    const { integration } = route.method;
    if (integration.type === 'MOCK') {
      return { response: mockResponse(integration, exchange), decision };
    }
    return { response: await timed(callFunction(integration, exchange, request, route)), decision };
  }

  return {
    async admits(raw) {
      const exchange = newExchange(api, raw, now());
      try {
        const request = parseRequest(raw);
        const route = routeFor(api, request);
        await admit(exchange, request, route, { cache: previewCache, invoke });
        return true;
      } catch {
        return false;
      }
    },
    async handle(raw) {
      const start = performance.now();
      let elsewhereMs = 0;
      const timed = async <T>(work: Promise<T>): Promise<T> => {
        const from = performance.now();
        try {
          return await work;
        } finally {
          elsewhereMs += performance.now() - from;
        }
      };
      const exchange = newExchange(api, raw, now());
      let answer: { response: Response; decision: string };
      try {
        answer = await respond(exchange, timed);
      } catch (error) {
        // A mistake in the gateway itself must not look like an answer of the API.
        if (!(error instanceof Refusal)) log(`The local gateway failed: ${messageOf(error)}`);
        const refusal =
          error instanceof Refusal ? error : new Refusal('DEFAULT_5XX', 'Internal server error');
        answer = { response: gatewayResponse(exchange, refusal), decision: refusal.type };
      }
      const { response, decision } = answer;
      const totalMs = performance.now() - start;
      return {
        response: {
          ...response,
          headers: [
            ...response.headers,
            ['x-amzn-RequestId', exchange.requestId],
            ['x-amz-apigw-id', exchange.extendedRequestId],
          ],
        },
        outcome: {
          method: raw.method,
          path: pathOf(raw.target),
          statusCode: response.statusCode,
          client: exchange.authorizer?.principalId,
          decision,
          totalMs,
          gatewayMs: totalMs - elsewhereMs,
        },
      };
    },
  };
}
