import { hash } from 'node:crypto';
import { type ApiToken, isTokenText, MAX_TOKEN_LENGTH } from '../contract/api-token.ts';
import type { RegisteredClient } from '../contract/client-registry.ts';
import { digestOf, tokenIdOf } from '../contract/token-digest.ts';
import { isMistyped } from '../contract/token-format.ts';
import type { Log } from '../log.ts';
import { digestTable } from './digest-table.ts';
import { readVerifiers, type Verified } from './verifier-table.ts';

/** Why a token is refused. */
export type Refusal = 'malformed_token' | 'mistyped_token' | 'unknown_token' | 'expired_token';

/** A recognised token: for one token always the same object. */
export interface Recognised<T> {
  readonly apiToken: ApiToken;
  readonly client: RegisteredClient;
  /** What the caller keeps with the token. It goes when the token goes. */
  kept: T | undefined;
}

/**
 * Makes a function that says whose a token is, or why it is refused. What it found out about a token
 * is remembered as long as the function lives, which in Lambda is the module's scope. There is at
 * most one such memory for each configured token, and none outlives its token's end.
 *
 * @param env where the clients' variables are: `process.env` in Lambda
 * @param now the clock, in milliseconds since 1970
 * @throws Error if no token is configured at all
 */
export function tokenRecogniser<T>(
  clients: readonly RegisteredClient[],
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  now: () => number,
): (token: unknown) => Recognised<T> | Refusal {
  type Entry = Verified<Recognised<T>>;
  const find = digestTable<Entry>(readVerifiers(clients, env, log));

  // A token that comes later with this digest has this text, and need not be looked at again.
  function recogniseFirst(token: string, entry: Entry | undefined): Recognised<T> | Refusal {
    if (!isTokenText(token)) return 'malformed_token';
    if (isMistyped(token)) return 'mistyped_token';
    if (!entry) return 'unknown_token';
    const { client, until } = entry;
    const apiToken = Object.freeze({
      id: tokenIdOf(digestOf(token)),
      clientName: client.name,
      permissions: client.permissions,
      ...(until !== undefined && { expiresAt: until }),
    });
    entry.known = { apiToken, client, kept: undefined };
    return entry.known;
  }

  return (token) => {
    // What is too long is not even hashed.
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return 'malformed_token';
    // Not through a function of our own: that alone would cost a tenth.
    const entry = find(hash('sha256', token, 'binary'));
    const known = entry?.known ?? recogniseFirst(token, entry);
    const until = entry?.until;
    return until !== undefined && now() >= until ? 'expired_token' : known;
  };
}
