import type { FunctionSource } from './runtime/function-process.ts';

/** What each contender is. */
export const contenderTitles = {
  E: 'an empty handler: the same Allow for everyone',
  E2: 'E again',
  C: 'E that imports `node:crypto`',
  O: 'this authorizer, as it is deployed',
  O2: 'O again',
  S: 'a plain `Map` of the tokens themselves',
  M: 'O under middy',
  P: 'O with Powertools logger, metrics and tracer',
  K: 'O that reads Secrets Manager at init',
  KS: 'K, split at `import()`',
  J: 'aws-jwt-verify on RS256, keys loaded',
  T2: 'O with 2 tokens',
  T80: 'O with 80 tokens, of which each client uses one',
  T80all: 'O with 80 tokens, all in use',
  T10000: 'O with 10,000 tokens',
  D: 'the function that creates jobs, as it is deployed',
  D1: 'the same function in one file',
  U: 'the same function on the SDK in `node_modules`',
  L: 'O that loads `node:crypto` at its first call',
  N: 'O with the SHA-256 of `@noble/hashes`',
  W: 'O with the SHA-256 of Web Crypto',
} as const;

/** The short name of a contender. */
export type ContenderId = keyof typeof contenderTitles;

/** One of those who are compared: its code, its environment, and what its callers send. */
export interface Contender extends FunctionSource {
  readonly tokens: readonly string[];
}

/** Finds a contender that has been built. */
export type FindContender = (id: ContenderId) => Contender;
