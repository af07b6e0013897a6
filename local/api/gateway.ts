import { messageOf } from '../../terminal/problem.ts';
import type { ApiKeys } from './authorize/api-keys.ts';
import { type AuthorizerCache, authorizerCache } from './authorize/authorizer-cache.ts';
import { type CounterOf, usageCounters } from './authorize/usage-counter.ts';
import { type UsagePlans, usagePlans } from './authorize/usage-plans.ts';
import type { InvokeFunction } from './invoke.ts';
import type { Outcome } from './outcome.ts';
import { type Answer, authorizeRequest, type PipelineOptions, passRequest } from './pipeline.ts';
import { Refusal } from './refusal.ts';
import { pathOf } from './request/parse-request.ts';
import { newReceived } from './request/received.ts';
import type { RawRequest } from './request/request.ts';
import { gatewayResponse } from './respond/gateway-response.ts';
import type { Response } from './respond/response.ts';
import type { RestApi } from './rest-api.ts';
import type { AnyStage, Received } from './stages.ts';
import { stepsTaken } from './steps-taken.ts';
import { timed } from './timed.ts';
import { requestValidator } from './validate/validate-request.ts';

/** One stage of a REST API. */
export interface Gateway {
  readonly api: RestApi;
  /** Answers a request; never rejects. */
  handle(raw: RawRequest): Promise<{ readonly response: Response; readonly outcome: Outcome }>;
  /** Whether a request would reach its integration. It uses a cache apart from that of requests. */
  admits(raw: RawRequest): Promise<boolean>;
  /** Forgets the results of authorizers. */
  flush(): void;
  /** What each key of a usage plan has used. */
  usagePlans: UsagePlans['usage'];
  /** What the key with a value has used. */
  usageOfKey: UsagePlans['usageOfKey'];
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
  /** The counters that it shares with other stages; by default it has its own. */
  readonly counterOf?: CounterOf;
  /** The API keys, which may change at any time; by default those of the template. */
  readonly keys?: ApiKeys;
}

const maxCachedResults = 10_000;

/** The milliseconds that a request took, and those that its functions took of them. */
interface Timing {
  readonly totalMs: number;
  readonly authorizerMs: number | undefined;
  readonly integrationMs: number | undefined;
}

function refused(reached: AnyStage, error: unknown, log: (text: string) => void): Answer {
  // A mistake in the gateway itself must not look like an answer of the API.
  if (!(error instanceof Refusal)) log(`The local gateway failed: ${messageOf(error)}`);
  const refusal =
    error instanceof Refusal ? error : new Refusal('DEFAULT_5XX', 'Internal server error');
  return { response: gatewayResponse({ ...reached, refusal }), decision: refusal.type };
}

function withIds(response: Response, { requestId, extendedRequestId }: Received): Response {
  const ids = [
    ['x-amzn-RequestId', requestId],
    ['x-amz-apigw-id', extendedRequestId],
  ] as const;
  return { ...response, headers: [...response.headers, ...ids] };
}

function outcomeOf(reached: AnyStage, { response, decision }: Answer, timing: Timing): Outcome {
  const { api, raw, authorization } = reached;
  const { totalMs, authorizerMs, integrationMs } = timing;
  return {
    requestId: reached.requestId,
    receivedAt: reached.receivedAt,
    label: api.label,
    method: reached.request?.method ?? raw.method,
    path: pathOf(raw.target),
    resourcePath: reached.route?.resource.path,
    statusCode: response.statusCode,
    client: authorization?.principalId,
    decision,
    authorization,
    steps: stepsTaken(reached, timing),
    authorizerMs,
    totalMs,
    gatewayMs: totalMs - (authorizerMs ?? 0) - (integrationMs ?? 0),
  };
}

/** What all requests of a gateway share. */
interface Shared extends Pick<PipelineOptions, 'plans' | 'validate'> {
  readonly api: RestApi;
  readonly cache: AuthorizerCache;
  readonly options: GatewayOptions;
}

async function handle(raw: RawRequest, { api, cache, options, ...parts }: Shared) {
  const { invoke, now, log, authorizerTimeoutMs: timeoutMs } = options;
  const start = performance.now();
  const authorizer = timed(invoke);
  const integration = timed(invoke);
  const received = newReceived(api, raw, now());
  let reached: AnyStage = received;
  const note = <Stage extends AnyStage>(stage: Stage): Stage => {
    reached = stage;
    return stage;
  };
  const answer = await passRequest(received, note, {
    ...parts,
    authorizer: { cache, invoke: authorizer.invoke, timeoutMs, log },
    integration: { invoke: integration.invoke, log },
  }).catch((error: unknown) => refused(reached, error, log));
  const totalMs = performance.now() - start;
  const timing = { totalMs, authorizerMs: authorizer.ms(), integrationMs: integration.ms() };
  return {
    response: withIds(answer.response, received),
    outcome: outcomeOf(reached, answer, timing),
  };
}

async function admits(raw: RawRequest, { api, cache, plans, options }: Shared): Promise<boolean> {
  const { invoke, now, log, authorizerTimeoutMs: timeoutMs } = options;
  try {
    const authorizer = { cache, invoke, timeoutMs, log };
    await authorizeRequest(newReceived(api, raw, now()), { authorizer, plans });
    return true;
  } catch {
    return false;
  }
}

/**
 * A stage of a REST API of API Gateway: takes requests, answers as AWS would.
 *
 * @throws Problem when a request model of the API cannot be used
 */
export function gatewayFor(api: RestApi, options: GatewayOptions): Gateway {
  const { now, counterOf = usageCounters(now), keys } = options;
  const cache = authorizerCache(maxCachedResults, now);
  const previewCache = authorizerCache(maxCachedResults, now);
  const plans = usagePlans(api, now, counterOf, keys);
  const shared: Shared = { api, cache, plans, validate: requestValidator(api), options };
  return {
    api,
    handle: (raw) => handle(raw, shared),
    admits: (raw) => admits(raw, { ...shared, cache: previewCache }),
    flush() {
      cache.clear();
      previewCache.clear();
    },
    usagePlans: (...query) => plans.usage(...query),
    usageOfKey: (value) => plans.usageOfKey(value),
    usageOf: (...query) => plans.usageOf(...query),
  };
}
