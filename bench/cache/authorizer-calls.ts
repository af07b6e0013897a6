import type { Arrival } from './arrivals.ts';

const MILLISECONDS = 1_000;

/**
 * How many of the requests reach the authorizer, if API Gateway keeps each client's result for so many
 * seconds. A result's time begins when it is made, and a request that uses it does not prolong it.
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

/** What Lambda asks for a request, in dollars: list price in us-east-1. */
const DOLLARS_PER_REQUEST = 0.2 / 1e6;
/** What Lambda asks for a GB-second on ARM64, in dollars: list price in us-east-1. */
const DOLLARS_PER_GB_SECOND = 0.0000133334;
const MEMORY_GB = 256 / 1_024;
/** The least that Lambda bills, and more than a warm call takes. */
const BILLED_SECONDS = 0.001;

/** What so many calls of the authorizer cost, in dollars; cold starts are not in it. */
export function costOf(calls: number): number {
  return calls * (DOLLARS_PER_REQUEST + MEMORY_GB * BILLED_SECONDS * DOLLARS_PER_GB_SECOND);
}
