import { hash } from 'node:crypto';
import type { RegisteredClient } from '../contract/access/client-registry.ts';
import { type ApiToken, isTokenText, MAX_TOKEN_LENGTH } from '../contract/token/api-token.ts';
import { tokenIdOf } from '../contract/token/token-digest.ts';
import { isMistyped } from '../contract/token/token-format.ts';
import type { Log } from '../log.ts';
import { digestTable } from './digest-table.ts';
import type { KnownToken, TokenOwner } from './known-tokens.ts';
import { misplacement } from './misplaced-token.ts';

/** Why a token is refused. */
export type Refusal =
  | 'malformed_token'
  | 'mistyped_token'
  | 'unknown_token'
  | 'misplaced_token'
  | 'expired_token';

/**
 * Makes a function that finds the verifier of a token, or says why the token is refused.
 *
 * A token's text is checked only until its verifier has a result: nobody builds one for a token that
 * was refused, and no other text has the same digest.
 *
 * @param log where a token is reported that stands in another client's variable
 * @param now the clock, in milliseconds since 1970
 */
export function tokenRecogniser<T, C extends TokenOwner = RegisteredClient>(
  knownTokens: readonly KnownToken<T, C>[],
  log: Log,
  now: () => number,
): (token: unknown) => KnownToken<T, C> | Refusal {
  const find = digestTable(knownTokens);

  function checkText(
    token: string,
    known: KnownToken<T, C> | undefined,
  ): KnownToken<T, C> | Refusal {
    if (!isTokenText(token)) return 'malformed_token';
    if (!known) return isMistyped(token) ? 'mistyped_token' : 'unknown_token';
    const reason = misplacement(token, known.client);
    if (reason === undefined) return known;
    log('ERROR', { event: 'config', reason });
    return 'misplaced_token';
  }

  return (token) => {
    // What is too long is not even hashed.
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return 'malformed_token';
    // Not `digestOf`: one more function around the hash costs a tenth of the call.
    const known = find(hash('sha256', token, 'binary'));
    const recognised = known?.result ? known : checkText(token, known);
    if (typeof recognised === 'string') return recognised;
    const { expiresAt } = recognised;
    return expiresAt !== undefined && now() >= expiresAt ? 'expired_token' : recognised;
  };
}

/** What is known of a recognised token. */
export function apiTokenOf({
  digest,
  client,
  expiresAt,
}: KnownToken<unknown, TokenOwner>): ApiToken {
  return Object.freeze({
    id: tokenIdOf(digest, 'binary'),
    clientName: client.name,
    permissions: client.permissions,
    ...(expiresAt !== undefined && { expiresAt }),
  });
}
