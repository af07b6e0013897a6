import { messageOf } from '../../terminal/problem.ts';
import { type AuthorizeOptions, authorize } from './authorize/authorize.ts';
import { authorizerCache } from './authorize/authorizer-cache.ts';
import { type KeyUsage, type UsagePlans, usagePlans } from './authorize/usage-plans.ts';
import type { InvokeFunction } from './invoke.ts';
import type { Outcome } from './outcome.ts';
import { Refusal } from './refusal.ts';
import {
  headerValues,
  parseRequest,
  pathOf,
  type RawRequest,
  type Request,
} from './request/parse-request.ts';
import { findRoute, type Route } from './request/route.ts';
import { type Exchange, newExchange } from './request-context.ts';
import { callFunction } from './respond/call-function.ts';
import { gatewayResponse } from './respond/gateway-response.ts';
import { mockResponse } from './respond/mock-response.ts';
import type { Response } from './respond/response.ts';
import type { RestApi } from './rest-api.ts';
import { timed } from './timed.ts';
import { requestValidator } from './validate/validate-request.ts';

export interface Gateway {
  /** Answers a request; never rejects. */
  handle(raw: RawRequest): Promise<{ readonly response: Response; readonly outcome: Outcome }>;
  /** Whether a request would reach its integration; leaves nothing in the cache of requests. */
  admits(raw: RawRequest): Promise<boolean>;
  /** Forgets the results of authorizers. */
  flush(): void;
  /** What each key of a usage plan has used. */
  usagePlans(): readonly KeyUsage[];
  /** What the keys of one usage plan have used by day. */
  usageOf: UsagePlans['usageOf'];
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
  const plans = usagePlans(api, now);

  /** Finds the key of a request to a method that wants one. */
  function identify(exchange: Exchange, { method }: Route, fromAuthorizer?: string): void {
    if (!method.apiKeyRequired) return;
    exchange.planned = plans.keyOf(
      api.apiKeySource === 'AUTHORIZER'
        ? fromAuthorizer
        : headerValues(exchange.raw.headers, 'x-api-key').at(-1),
    );
  }

  /** How a request gets to its route: on a cached result, by a call, or without an authorizer. */
  async function admit(
    exchange: Exchange,
    request: Request,
    route: Route,
    how: Pick<AuthorizeOptions, 'cache' | 'invoke'>,
  ): Promise<'cached' | 'authorized' | 'open'> {
    const { authorizer } = route.method;
    if (authorizer === undefined) {
      identify(exchange, route);
      return 'open';
    }
    const authorization = await authorize(authorizer, exchange, request, route, {
      ...how,
      log,
      timeoutMs: options.authorizerTimeoutMs,
    });
    exchange.authorization = authorization;
    const { principalId, context, usageIdentifierKey, verdict, cached, latencyMs } = authorization;
    // Also for the response to a caller who is known and may not do this.
    exchange.authorizer = { ...context, principalId, integrationLatency: latencyMs };
    if (verdict !== 'allow') {
      const reason = verdict === 'deny' ? '' : ' with an explicit deny';
      throw new Refusal('ACCESS_DENIED', `User is not authorized to access this resource${reason}`);
    }
    identify(exchange, route, usageIdentifierKey);
    return cached ? 'cached' : 'authorized';
  }

  async function respond(
    exchange: Exchange,
    invokers: { readonly authorizer: InvokeFunction; readonly integration: InvokeFunction },
  ): Promise<{ response: Response; decision: string }> {
    const request = parseRequest(exchange.raw, api.minimumCompressionSize);
    exchange.request = request;
    if (request.stage !== api.stage) return { response: forbidden, decision: 'FORBIDDEN' };
    const route = routeFor(api, request);
    exchange.route = route;
    const decision = await admit(exchange, request, route, { invoke: invokers.authorizer, cache });
    if (exchange.planned !== undefined) plans.take(exchange.planned);
    validate(exchange, request, route.method);
    const { integration } = route.method;
    if (integration.type === 'MOCK') {
      return { response: mockResponse(integration, exchange), decision };
    }
    const how = { invoke: invokers.integration, log };
    const response = await callFunction(integration, exchange, request, route, how);
    return { response, decision };
  }

  return {
    usagePlans: () => plans.usage(),
    usageOf: (...query) => plans.usageOf(...query),
    flush() {
      cache.clear();
      previewCache.clear();
    },
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
      const authorizer = timed(invoke);
      const integration = timed(invoke);
      const exchange = newExchange(api, raw, now());
      let answer: { response: Response; decision: string };
      try {
        answer = await respond(exchange, {
          authorizer: authorizer.invoke,
          integration: integration.invoke,
        });
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
          requestId: exchange.requestId,
          receivedAt: exchange.receivedAt,
          method: exchange.request?.method ?? raw.method,
          path: pathOf(raw.target),
          resourcePath: exchange.route?.resource.path,
          statusCode: response.statusCode,
          client: exchange.authorizer?.principalId,
          decision,
          authorization: exchange.authorization,
          authorizerMs: authorizer.ms(),
          totalMs,
          gatewayMs: totalMs - (authorizer.ms() ?? 0) - (integration.ms() ?? 0),
        },
      };
    },
  };
}
