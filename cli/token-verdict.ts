import type { TokenInfo } from './issued-tokens.ts';

/** What is said about a token of a client that is known. */
export interface KnownVerdict {
  /** `refused`: it should be accepted, or will be, but the authorizer does not accept it now. */
  readonly status: 'valid' | 'ended' | 'refused';
  readonly client: {
    readonly name: string;
    readonly kind: 'code' | 'table';
    readonly permissions: readonly string[];
    readonly allowedSources?: readonly string[] | undefined;
  };
  readonly info: TokenInfo;
  /** Why it is refused, or how secret and authorizer disagree. */
  readonly warning?: string;
}

/** What a token is worth; only a valid one opens a route. */
export type Verdict =
  | KnownVerdict
  | { readonly status: 'unknown' | 'mistyped' | 'malformed'; readonly reason: string };
