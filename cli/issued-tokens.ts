import { tokenIdOf } from '../lambda/contract/token/token-digest.ts';
import type { Verifier } from '../lambda/contract/token/token-list.ts';
import { parseTokenSecret } from '../lambda/contract/token/token-secret.ts';
import type { Aws } from './aws/aws.ts';
import type { Client } from './deployment.ts';

/** `current`: no end is set; `ending`: valid until its end; `ended`: refused. */
export type TokenState = 'current' | 'ending' | 'ended';

/** What the commands tell about a token. */
export interface TokenInfo {
  /** Public fingerprint: the first 12 hexadecimal digits of the token's SHA-256. */
  readonly id: string;
  readonly state: TokenState;
  /** The moment from which it is refused, in milliseconds since 1970. */
  readonly expiresAt: number | undefined;
}

/** A client's tokens, from its secret. */
export interface IssuedTokens {
  /** The current token itself; `undefined` once it has been revoked. */
  readonly token: string | undefined;
  /** Newest first. */
  readonly verifiers: readonly Verifier[];
  /** When the current token was issued, in milliseconds since 1970. */
  readonly createdAt: number;
}

/**
 * Reads a client's secret.
 *
 * @param versionId which version of it; left out, the current one
 * @returns `undefined` if the client has no token yet, `null` if the issuer did not write the value
 */
export async function readIssuedTokens(
  aws: Aws,
  { secretId }: Client,
  versionId?: string,
): Promise<IssuedTokens | null | undefined> {
  const version = await aws.secretVersion(secretId, versionId);
  if (version === undefined) return undefined;
  const secret = parseTokenSecret(version.text);
  if (secret === null) return null;
  return {
    token: secret.token,
    verifiers: secret.verifiers,
    createdAt: secret.issuedAt ?? version.createdAt,
  };
}

/** What may be said about a token, from what recognises it. */
export function tokenInfo({ digest, expiresAt }: Verifier, now: number): TokenInfo {
  return { id: tokenIdOf(digest), state: tokenState(expiresAt, now), expiresAt };
}

/** The state of a token by its end, in milliseconds since 1970. */
export function tokenState(expiresAt: number | undefined, now: number): TokenState {
  if (expiresAt === undefined) return 'current';
  return now < expiresAt ? 'ending' : 'ended';
}
