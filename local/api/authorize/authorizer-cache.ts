import { createHash } from 'node:crypto';
import type { AuthorizerResult } from './authorizer-result.ts';

/** An authorizer's result. */
export interface KeptResult {
  readonly result: AuthorizerResult;
  /** Until when it is kept, in milliseconds since 1970; undefined when it is not. */
  readonly until: number | undefined;
}

/** Keeps authorizer results for their time to live. */
export interface AuthorizerCache {
  get(key: string): KeptResult | undefined;
  /** @param ttlSeconds 0 keeps nothing */
  set(key: string, result: AuthorizerResult, ttlSeconds: number): KeptResult;
  clear(): void;
}

/** The key of a result: a hash, because identity values are credentials. */
export function cacheKey(
  authorizerId: string,
  stage: string,
  identity: readonly (readonly string[])[],
): string {
  return createHash('sha256')
    .update(JSON.stringify([authorizerId, stage, identity]))
    .digest('base64');
}

/**
 * A bounded cache that drops its oldest result when it is full.
 *
 * @param now milliseconds since 1970
 */
export function authorizerCache(maxEntries: number, now: () => number): AuthorizerCache {
  const entries = new Map<string, KeptResult & { readonly until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (now() < entry.until) return entry;
      entries.delete(key);
      return undefined;
    },
    set(key, result, ttlSeconds) {
      if (ttlSeconds === 0) return { result, until: undefined };
      entries.delete(key);
      const oldest = entries.keys().next();
      if (entries.size >= maxEntries && oldest.done !== true) entries.delete(oldest.value);
      const entry = { result, until: now() + ttlSeconds * 1000 };
      entries.set(key, entry);
      return entry;
    },
    clear: () => entries.clear(),
  };
}
