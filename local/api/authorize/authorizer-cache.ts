import { createHash } from 'node:crypto';
import type { AuthorizerResult } from './authorizer-result.ts';

/** Keeps authorizer results for their time to live. */
export interface AuthorizerCache {
  get(key: string): AuthorizerResult | undefined;
  set(key: string, result: AuthorizerResult, ttlSeconds: number): void;
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
 * @param now milliseconds of a clock
 */
export function authorizerCache(maxEntries: number, now: () => number): AuthorizerCache {
  const entries = new Map<string, { readonly result: AuthorizerResult; readonly until: number }>();
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (now() < entry.until) return entry.result;
      entries.delete(key);
      return undefined;
    },
    set(key, result, ttlSeconds) {
      if (ttlSeconds === 0) return;
      entries.delete(key);
      const oldest = entries.keys().next();
      if (entries.size >= maxEntries && oldest.done !== true) entries.delete(oldest.value);
      entries.set(key, { result, until: now() + ttlSeconds * 1000 });
    },
    clear: () => entries.clear(),
  };
}
