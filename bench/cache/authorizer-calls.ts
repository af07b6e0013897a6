import type { Arrival } from './arrivals.ts';

const MILLISECONDS = 1_000;

/**
 * How many of the requests reach the authorizer if API Gateway caches each client's result for
 * `ttlSeconds`. The time runs from the result; using it does not prolong it.
 *
 * Source: API Gateway Developer Guide, "Use API Gateway Lambda authorizers", on caching.
 */
export function authorizerCalls(requests: readonly Arrival[], ttlSeconds: number): number {
  const keptUntil = new Map<number, number>();
  let calls = 0;
  for (const { at, client } of requests) {
    if (at < (keptUntil.get(client) ?? 0)) continue;
    calls++;
    keptUntil.set(client, at + ttlSeconds * MILLISECONDS);
  }
  return calls;
}

/** Lambda's price of a request, in dollars: list price in us-east-1. */
const DOLLARS_PER_REQUEST = 0.2 / 1e6;
/** Lambda's price of a GB-second on ARM64, in dollars: list price in us-east-1. */
const DOLLARS_PER_GB_SECOND = 0.0000133334;
const MEMORY_GB = 256 / 1_024;
/** Lambda's billed minimum; a warm call takes less. */
const BILLED_SECONDS = 0.001;

/** The price of so many warm calls of the authorizer, in dollars. */
export function costOf(calls: number): number {
  return calls * (DOLLARS_PER_REQUEST + MEMORY_GB * BILLED_SECONDS * DOLLARS_PER_GB_SECOND);
}
