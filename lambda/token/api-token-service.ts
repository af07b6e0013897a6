import { type ApiToken, isTokenText } from '../contract/api-token.ts';
import type { RegisteredClient } from '../contract/client-registry.ts';
import type { Log } from '../log.ts';
import { digestOf, NEVER, readVerifiers, type Verified } from './verifier-table.ts';

/** Why a token is refused. */
export type Refusal = 'malformed_token' | 'unknown_token' | 'expired_token';

/**
 * Recognises API tokens by their digest. Results are remembered for as long as the service lives,
 * which in Lambda is the module's scope: on a hit the very same frozen `ApiToken` comes back. They
 * are keyed by digest, bounded in number, and never returned once their token has expired.
 */
export class ApiTokenService {
  readonly #read: () => ReadonlyMap<string, Verified>;
  readonly #now: () => number;
  readonly #capacity: number;
  #verifiers: ReadonlyMap<string, Verified> = new Map();
  #results = new Map<string, ApiToken>();

  /**
   * @param env where the clients' variables are: `process.env` in Lambda
   * @param now the clock, in milliseconds since 1970
   * @param capacity how many results are remembered at most; the default is far more than the
   *   tokens that 4 KB of environment can hold
   */
  constructor(
    clients: readonly RegisteredClient[],
    env: Readonly<Record<string, string | undefined>>,
    log: Log,
    now: () => number = Date.now,
    capacity = 1_000,
  ) {
    this.#read = () => readVerifiers(clients, env, log);
    this.#now = now;
    this.#capacity = capacity;
  }

  /**
   * Reads the clients' environment variables, and forgets what was remembered before. Until it is
   * called, every token is unknown.
   *
   * @throws Error if no token is configured at all
   */
  loadTokensFromEnv(): void {
    this.#verifiers = this.#read();
    this.#results = new Map();
  }

  /** The token's metadata, or `null` if it is malformed, unknown or expired. Never rejects. */
  async validateToken(token: string): Promise<ApiToken | null> {
    const result = this.recognise(token);
    return typeof result === 'string' ? null : result;
  }

  /** The name of the token's client, or `null` if the token is malformed, unknown or expired. */
  getTokenClient(token: string): string | null {
    const result = this.recognise(token);
    return typeof result === 'string' ? null : result.clientName;
  }

  /** Like {@link validateToken}, at once and with the reason of a refusal. */
  recognise(token: unknown): ApiToken | Refusal {
    if (!isTokenText(token)) return 'malformed_token';
    const digest = digestOf(token);
    const apiToken = this.#results.get(digest) ?? this.#lookUp(digest);
    if (!apiToken) return 'unknown_token';
    const { expiresAt } = apiToken;
    return expiresAt !== undefined && this.#now() >= expiresAt ? 'expired_token' : apiToken;
  }

  #lookUp(digest: string): ApiToken | undefined {
    const verified = this.#verifiers.get(digest);
    if (!verified) return undefined;
    const { client, until } = verified;
    const apiToken: ApiToken = Object.freeze({
      id: Buffer.from(digest, 'base64url').toString('hex', 0, 6),
      clientName: client.name,
      permissions: client.permissions,
      ...(until < NEVER && { expiresAt: until }),
    });
    const [oldest = digest] = this.#results.keys();
    if (this.#results.size >= this.#capacity) this.#results.delete(oldest);
    this.#results.set(digest, apiToken);
    return apiToken;
  }
}
