import { tokenIdOf } from '../lambda/contract/token/token-digest.ts';
import type { Verifier } from '../lambda/contract/token/token-list.ts';
import { parseTokenSecret } from '../lambda/contract/token/token-secret.ts';
import type { Aws } from './aws/aws.ts';
import type { Client } from './deployment.ts';

/** `current`: without an end; `ending`: on its way out; `ended`: refused. */
export type TokenState = 'current' | 'ending' | 'ended';

/** What may be said about a token. */
export interface TokenInfo {
  /** Public fingerprint: the first 12 hexadecimal digits of the token's SHA-256. */
  readonly id: string;
  readonly state: TokenState;
  /** The moment from which it is refused, in milliseconds since 1970. */
  readonly validUntil: number | undefined;
}

/** A client's tokens as its secret has them. */
export interface ClientTokens {
  /** The current token itself; `undefined` once it has been revoked. */
  readonly token: string | undefined;
  /** The newest first. */
  readonly verifiers: readonly Verifier[];
  /** When the current token was issued, in milliseconds since 1970. */
  readonly createdAt: number;
}

/**
 * Reads a client's secret, as it is or as a version has it.
 *
 * @returns `undefined` if the client has no token yet, `null` if the secret holds something that the
 *   issuer did not write
 */
export async function readClientTokens(
  aws: Aws,
  { secretId }: Client,
  versionId?: string,
): Promise<ClientTokens | null | undefined> {
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
  const id = tokenIdOf(digest);
  if (expiresAt === undefined) return { id, state: 'current', validUntil: expiresAt };
  return { id, state: now < expiresAt ? 'ending' : 'ended', validUntil: expiresAt };
}
