import type { FunctionSource } from './runtime/function-process.ts';

/** The contenders, and what each is. */
export const contenderTitles = {
  empty: 'an empty handler: the same Allow for everyone',
  'empty-again': 'the same, once more',
  'empty-crypto': 'an empty handler that imports `node:crypto`',
  authorizer: 'this authorizer, as it is deployed',
  'authorizer-again': 'the same, once more',
  'plain-map': 'a plain `Map` of the tokens themselves',
  'under-middy': 'this authorizer under middy',
  powertools: 'this authorizer with Powertools logger, metrics and tracer',
  'secrets-manager': 'this authorizer, reading Secrets Manager at init',
  'secrets-manager-split': 'the same, split at `import()`',
  jwt: 'aws-jwt-verify on RS256, keys loaded',
  'tokens-2': 'this authorizer with 2 tokens',
  'tokens-80': 'this authorizer with 80 tokens, of which each client uses one',
  'tokens-80-all-used': 'this authorizer with 80 tokens, all in use',
  'tokens-10000': 'this authorizer with 10,000 tokens',
  'with-table': 'this authorizer with a client table, its caller in the environment',
  'table-10': 'the same, its callers 10 clients of the table',
  'table-10-again': 'the same, once more',
  'table-10000': 'the same, its callers 10,000 clients of the table',
  'create-job': 'the function that creates jobs, as it is deployed',
  'create-job-sdk': "the same function on the SDK's client, split at `import()`",
  'lazy-hash': 'this authorizer, loading `node:crypto` at its first call',
  'noble-hash': 'this authorizer with the SHA-256 of `@noble/hashes`',
  'web-hash': 'this authorizer with the SHA-256 of Web Crypto',
} as const;

/** A contender's name in figures, tables and targets; that of its source, if it has one. */
export type ContenderId = keyof typeof contenderTitles;

/** A function to compare: its code, its environment, and what its callers send. */
export interface Contender extends FunctionSource {
  /** The tokens of its callers, for an authorizer. */
  readonly tokens: readonly string[];
  /** The event, for a function that is no authorizer. */
  readonly event?: string;
  /** How many requests it has made to the one service that it calls, which is one for each event. */
  readonly requestCount?: () => number;
}

/** Finds a built contender. */
export type FindContender = (id: ContenderId) => Contender;
