import { type ApiToken, isTokenText, MAX_TOKEN_LENGTH } from '../contract/api-token.ts';
import type { RegisteredClient } from '../contract/client-registry.ts';
import { digestOf, tokenIdOf } from '../contract/token-digest.ts';
import { isMistyped } from '../contract/token-format.ts';
import type { Log } from '../log.ts';
import { digestTable } from './digest-table.ts';
import { readVerifiers } from './verifier-table.ts';

/** Why a token is refused. */
export type Refusal = 'malformed_token' | 'mistyped_token' | 'unknown_token' | 'expired_token';

/** A recognised token: for one token always the same object. */
export interface Recognised<T> {
  readonly apiToken: ApiToken;
  readonly client: RegisteredClient;
  /** What the caller keeps with the token. It goes when the token goes. */
  kept?: T;
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
  const find = digestTable(readVerifiers<Recognised<T>>(clients, env, log));
  return (token) => {
    // What is too long is not even hashed.
    if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return 'malformed_token';
    const verified = find(digestOf(token, 'binary'));
    if (!verified?.known) {
      // Later tokens with this digest have this text, and need not be looked at again.
      if (!isTokenText(token)) return 'malformed_token';
      if (isMistyped(token)) return 'mistyped_token';
      if (!verified) return 'unknown_token';
      const { digest, client, until } = verified;
      const apiToken = Object.freeze({
        id: tokenIdOf(digest, 'binary'),
        clientName: client.name,
        permissions: client.permissions,
        ...(until !== undefined && { expiresAt: until }),
      });
      verified.known = { apiToken, client };
    }
    const { known, until } = verified;
    return until !== undefined && now() >= until ? 'expired_token' : known;
  };
}
