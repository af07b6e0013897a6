import { messageOf } from '../../../terminal/problem.ts';
import type { InvokeFunction } from '../invoke.ts';
import { parameterValues } from '../parameter-values.ts';
import { Refusal } from '../refusal.ts';
import type { Authorizer } from '../rest-api.ts';
import type { Identity, Routed } from '../stages.ts';
import type { Authorization } from './authorization.ts';
import { type AuthorizerCache, cacheKey } from './authorizer-cache.ts';
import { authorizerEvent, methodArn } from './authorizer-event.ts';
import { type AuthorizerResult, parseAuthorizerResult } from './authorizer-result.ts';
import { evaluatePolicy, invoking } from './policy.ts';

/** How an authorizer is called, and where its results are kept. */
export interface AuthorizeOptions {
  readonly cache: AuthorizerCache;
  readonly invoke: InvokeFunction;
  /** How long the gateway waits for an authorizer, in milliseconds. */
  readonly timeoutMs: number;
  readonly log: (text: string) => void;
}

const maxArnBytes = 1600;

async function ask(
  authorizer: Authorizer,
  event: object,
  options: AuthorizeOptions,
): Promise<AuthorizerResult> {
  const outcome = await options.invoke(authorizer.functionArn, event, options.timeoutMs);
  if (outcome === 'timeout') throw new Refusal('AUTHORIZER_FAILURE', null);
  if (!outcome.ok) {
    if (outcome.errorMessage === 'Unauthorized') throw new Refusal('UNAUTHORIZED', 'Unauthorized');
    options.log(`The authorizer failed: ${outcome.errorType}: ${outcome.errorMessage}`);
    throw new Refusal('AUTHORIZER_FAILURE', null);
  }
  try {
    return parseAuthorizerResult(outcome.payload);
  } catch (error) {
    options.log(`The authorizer's result cannot be used: ${messageOf(error)}`);
    throw new Refusal('AUTHORIZER_CONFIGURATION_ERROR', null);
  }
}

/** Whether an identity source has a value that is not empty. */
export const isPresent = (values: readonly string[]): boolean =>
  values.some((value) => value !== '');

/**
 * Finds what an authorizer is asked with. With caching on, a missing or empty identity source is refused
 * without a call.
 *
 * Source: API Gateway Developer Guide, "Use API Gateway Lambda authorizers".
 *
 * @throws Refusal without an identity source, and for an ARN that is too long
 */
export function identify(authorizer: Authorizer, routed: Routed): Identity {
  const arn = methodArn(routed);
  if (Buffer.byteLength(arn) > maxArnBytes) {
    throw new Refusal('DEFAULT_4XX', 'Request-URI Too Long', { statusCode: 414 });
  }
  const values = authorizer.identitySources.map((source) => parameterValues(source, routed));
  if (authorizer.ttlSeconds > 0 && !values.every(isPresent)) {
    throw new Refusal('UNAUTHORIZED', 'Unauthorized');
  }
  return { methodArn: arn, values };
}

/**
 * Asks a Lambda authorizer, or its cached result, whether a request may use a method.
 *
 * The whole result is cached, a Deny included; a failure is not. One cached policy serves every method of
 * the stage.
 * Source: API Gateway Developer Guide, "Use API Gateway Lambda authorizers".
 *
 * @throws Refusal when the authorizer throws `Unauthorized`, or when it fails
 */
export async function authorize(
  authorizer: Authorizer,
  { methodArn: arn, values }: Identity,
  routed: Routed,
  options: AuthorizeOptions,
): Promise<Authorization> {
  const { cache } = options;
  const { sourceIp } = routed.raw;
  const key = cacheKey(authorizer.id, routed.api.stage, values);
  const known = cache.get(key);
  const start = performance.now();
  const { result, until } =
    known ??
    cache.set(key, await ask(authorizer, authorizerEvent(routed), options), authorizer.ttlSeconds);
  return {
    ...result,
    methodArn: arn,
    sourceIp,
    verdict: evaluatePolicy(result.policy, invoking(arn, sourceIp)),
    cached: known !== undefined,
    keptUntil: until,
    latencyMs: known === undefined ? Math.round(performance.now() - start) : 0,
  };
}
