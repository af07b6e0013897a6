import { hash } from 'node:crypto';
import { type ApiToken, isTokenText, MAX_TOKEN_LENGTH } from '../contract/api-token.ts';
import { tokenIdOf } from '../contract/token-digest.ts';
import { isMistyped } from '../contract/token-format.ts';
import { digestTable } from './digest-table.ts';
import type { Verified } from './verifiers.ts';

/** Why a token is refused. */
export type Refusal = 'malformed_token' | 'mistyped_token' | 'unknown_token' | 'expired_token';

/**
 * Makes a function that finds the verifier of a token, or says why the token is refused.
 *
 * Its form is looked at only as long as nothing is kept with the verifier: whoever keeps something
 * there does so for a token that was found, and no other text has its digest.
 *
 * @param now the clock, in milliseconds since 1970
 */
export function tokenRecogniser<T>(
  verifiers: readonly Verified<T>[],
  now: () => number,
): (token: unknown) => Verified<T> | Refusal {
  const find = digestTable(verifiers);

  function recogniseFirst(token: string, verified: Verified<T> | undefined) {
    if (!isTokenText(token)) return 'malformed_token';
    return verified ?? (isMistyped(token) ? 'mistyped_token' : 'unknown_token');
  }

  return (token) => {
    // What is too long is not even hashed.
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return 'malformed_token';
    // Not through a function of our own: that alone would cost a tenth.
    const verified = find(hash('sha256', token, 'binary'));
    const recognised = verified?.kept ? verified : recogniseFirst(token, verified);
    return typeof recognised !== 'string' &&
      recognised.until !== undefined &&
      now() >= recognised.until
      ? 'expired_token'
      : recognised;
  };
}

/** What is known of a recognised token. */
export function apiTokenOf({ digest, client, until }: Verified<unknown>): ApiToken {
  return Object.freeze({
    id: tokenIdOf(digest, 'binary'),
    clientName: client.name,
    permissions: client.permissions,
    ...(until !== undefined && { expiresAt: until }),
  });
}
