import { type ApiToken, isTokenText } from '../contract/api-token.ts';
import type { RegisteredClient } from '../contract/client-registry.ts';
import { digestOf, tokenIdOf } from '../contract/token-digest.ts';
import { isMistyped } from '../contract/token-format.ts';
import type { Log } from '../log.ts';
import { NEVER, readVerifiers, type Verified } from './verifier-table.ts';

/** Why a token is refused. */
export type Refusal = 'malformed_token' | 'mistyped_token' | 'unknown_token' | 'expired_token';

/** Recognises API tokens by their digest. */
export interface ApiTokenService {
  /**
   * Reads the clients' environment variables, and forgets what was remembered before. Until it is
   * called, every token is unknown.
   *
   * @throws Error if no token is configured at all
   */
  loadTokensFromEnv(): void;
  /** The token's metadata, or `null` if it is malformed, unknown or expired. Never rejects. */
  validateToken(token: string): Promise<ApiToken | null>;
  /** The name of the token's client, or `null` if the token is malformed, unknown or expired. */
  getTokenClient(token: string): string | null;
  /** Like `validateToken`, at once and with the reason of a refusal. */
  recognise(token: unknown): ApiToken | Refusal;
}

/**
 * Makes an {@link ApiTokenService}. Results are remembered for as long as it lives, which in Lambda
 * is the module's scope: on a hit the very same frozen `ApiToken` comes back. They are keyed by
 * digest, bounded in number, and never returned once their token has expired.
 *
 * @param env where the clients' variables are: `process.env` in Lambda
 * @param now the clock, in milliseconds since 1970
 * @param capacity how many results are remembered at most; the default is far more than the tokens
 *   that 4 KB of environment can hold
 */
export function createApiTokenService(
  clients: readonly RegisteredClient[],
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  now: () => number = Date.now,
  capacity = 1_000,
): ApiTokenService {
  let verifiers: ReadonlyMap<string, Verified> = new Map();
  let results = new Map<string, ApiToken>();

  function recognise(token: unknown): ApiToken | Refusal {
    if (!isTokenText(token)) return 'malformed_token';
    if (isMistyped(token)) return 'mistyped_token';
    const digest = digestOf(token);
    const apiToken = results.get(digest) ?? lookUp(digest);
    if (!apiToken) return 'unknown_token';
    const { expiresAt } = apiToken;
    return expiresAt !== undefined && now() >= expiresAt ? 'expired_token' : apiToken;
  }

  function lookUp(digest: string): ApiToken | undefined {
    const verified = verifiers.get(digest);
    if (!verified) return undefined;
    const { client, until } = verified;
    const apiToken: ApiToken = Object.freeze({
      id: tokenIdOf(digest),
      clientName: client.name,
      permissions: client.permissions,
      ...(until < NEVER && { expiresAt: until }),
    });
    const [oldest = digest] = results.keys();
    if (results.size >= capacity) results.delete(oldest);
    results.set(digest, apiToken);
    return apiToken;
  }

  const unlessRefused = (result: ApiToken | Refusal) =>
    typeof result === 'string' ? null : result;

  return {
    loadTokensFromEnv() {
      verifiers = readVerifiers(clients, env, log);
      results = new Map();
    },
    validateToken: async (token) => unlessRefused(recognise(token)),
    getTokenClient: (token) => unlessRefused(recognise(token))?.clientName ?? null,
    recognise,
  };
}
