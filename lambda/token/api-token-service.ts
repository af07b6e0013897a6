import type { ApiToken } from '../contract/token/api-token.ts';
import type { Log } from '../log.ts';
import { readKnownTokens, requireTokens, type TokenOwner } from './known-tokens.ts';
import { apiTokenOf, tokenRecogniser } from './recognise-token.ts';

/** Recognises API tokens by their digest. */
export interface ApiTokenService {
  /**
   * Reads the clients' environment variables, and forgets what was remembered before. Until it is
   * called, every token is unknown.
   *
   * @throws Error if no token is configured
   */
  loadTokensFromEnv(): void;
  /**
   * The token's metadata, for one token always the same frozen object, or `null` if it is malformed,
   * unknown, misplaced or expired. Never rejects.
   */
  validateToken(token: string): Promise<ApiToken | null>;
  /** The name of the token's client, or `null` where there is no metadata. */
  getTokenClient(token: string): string | null;
}

/**
 * Makes an {@link ApiTokenService}, for code that meets a token without API Gateway in front. The
 * authorizer itself takes {@link tokenRecogniser}, which also says why a token is refused.
 *
 * @param env where the clients' variables are
 * @param now the clock, in milliseconds since 1970
 */
export function createApiTokenService(
  clients: readonly TokenOwner[],
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
  now: () => number = Date.now,
): ApiTokenService {
  let recognise = tokenRecogniser<ApiToken, TokenOwner>([], log, now);
  const find = (token: string) => {
    const recognised = recognise(token);
    if (typeof recognised === 'string') return null;
    recognised.result ??= apiTokenOf(recognised);
    return recognised.result;
  };
  return {
    loadTokensFromEnv() {
      const knownTokens = readKnownTokens<ApiToken, TokenOwner>(clients, env, log);
      requireTokens(knownTokens);
      recognise = tokenRecogniser(knownTokens, log, now);
    },
    validateToken: async (token) => find(token),
    getTokenClient: (token) => find(token)?.clientName ?? null,
  };
}
