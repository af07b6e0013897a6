import { isGrant } from '../lambda/contract/access/permission.ts';
import type { ApiToken } from '../lambda/contract/token/api-token.ts';
import { type Log, logLine } from '../lambda/log.ts';
import {
  createApiTokenService,
  type ApiTokenService as TokenLookup,
} from '../lambda/token/api-token-service.ts';

export type { ApiToken };

/** A client, and the environment variable with its tokens or verifiers. */
export interface TokenClient {
  /** `bravo`, `ae-plugin`. */
  readonly name: string;
  /** `API_TOKEN_BRAVO`: tokens or verifiers with white space between. */
  readonly environmentVariable: string;
  /**
   * What the client may do: permissions such as `job.create`, or `job.*`, or `*`.
   *
   * @default - nothing that asks for a permission
   */
  readonly permissions?: readonly string[];
}

/** Options of an {@link ApiTokenService}. */
export interface ApiTokenServiceOptions {
  /**
   * Who may call: at least one client.
   *
   * @default - a client for each variable `API_TOKEN_…`, without permissions, named by the rest in lower
   *   case with hyphens: `API_TOKEN_BRAVO` is `bravo`. `API_TOKEN_PLUGIN` is `ae-plugin`.
   */
  readonly clients?: readonly TokenClient[];
  /**
   * Where the clients' variables are.
   *
   * @default - process.env
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * The clock, in milliseconds since 1970.
   *
   * @default Date.now
   */
  readonly now?: () => number;
  /**
   * Called for each token that was recognised, to count or to log. What it throws, or what its
   * promise rejects with, is logged and changes no answer.
   *
   * @default - nothing is called
   */
  readonly onUse?: (token: ApiToken) => unknown;
  /**
   * Writes what is wrong with the configuration: names and reasons, never a token.
   *
   * @default - one JSON object a line on standard output
   */
  readonly log?: Log;
}

/**
 * Recognises API tokens where there is no API Gateway in front: a token's SHA-256 is compared with
 * those of the clients' environment variables. The tokens themselves are not kept.
 *
 * It reads the environment at the first token, or when {@link loadTokensFromEnv} is called.
 */
export class ApiTokenService {
  readonly #lookup: TokenLookup;
  readonly #onUse: (token: ApiToken) => unknown;
  readonly #log: Log;
  #isLoaded = false;

  /**
   * @throws TypeError if an option is not known, there is no client, two have one name or variable, or
   *   one has no name, no variable, or a malformed permission
   */
  constructor(options: ApiTokenServiceOptions = {}) {
    const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
    if (unknown !== undefined) {
      throw new TypeError(`there is no option ${unknown}: there are ${OPTIONS.join(', ')}`);
    }
    const { env = process.env, now = Date.now, log = logLine } = options;
    const { clients = clientsIn(env) } = options;
    if (!Array.isArray(clients) || (options.clients && clients.length === 0)) {
      throw new TypeError('clients must name at least one client');
    }
    for (const key of ['name', 'environmentVariable'] as const) {
      const values = clients.map((client) => client[key]);
      const twice = values.find((value, index) => values.indexOf(value) !== index);
      if (twice !== undefined) throw new TypeError(`two clients have the ${key} ${twice}`);
    }
    this.#onUse = options.onUse ?? (() => undefined);
    this.#log = log;
    this.#lookup = createApiTokenService(clients.map(registered), env, log, now);
  }

  /**
   * Reads the clients' environment variables, and forgets what was read before.
   *
   * @throws Error if no token is configured at all: a fault, and not the caller's
   */
  loadTokensFromEnv(): void {
    this.#lookup.loadTokensFromEnv();
    this.#isLoaded = true;
  }

  /**
   * The token's metadata, or `null` if it is malformed, unknown or expired. Rejects only if no token
   * is configured at all.
   */
  async validateToken(token: string): Promise<ApiToken | null> {
    this.#load();
    const apiToken = await this.#lookup.validateToken(token);
    if (apiToken !== null) this.#report(apiToken);
    return apiToken;
  }

  /**
   * The name of the token's client, or `null` if the token is malformed, unknown or expired. It does
   * not count as a use.
   *
   * @throws Error if no token is configured at all
   */
  getTokenClient(token: string): string | null {
    this.#load();
    return this.#lookup.getTokenClient(token);
  }

  #load(): void {
    if (!this.#isLoaded) this.loadTokensFromEnv();
  }

  #report(apiToken: ApiToken): void {
    const failed = (error: unknown) =>
      this.#log('ERROR', { event: 'on_use', reason: (error as Error | undefined)?.name });
    try {
      Promise.resolve(this.#onUse(apiToken)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}

const OPTIONS: readonly string[] = [
  'clients',
  'env',
  'now',
  'onUse',
  'log',
] satisfies (keyof ApiTokenServiceOptions)[];

/** The clients whose name their variable does not say. */
const OTHER_NAMES: Readonly<Record<string, string>> = { API_TOKEN_PLUGIN: 'ae-plugin' };

function clientsIn(env: Readonly<Record<string, string | undefined>>): TokenClient[] {
  return Object.keys(env).flatMap((environmentVariable) => {
    const [, words] = /^API_TOKEN_([A-Z0-9_]+)$/.exec(environmentVariable) ?? [];
    if (words === undefined) return [];
    const name = OTHER_NAMES[environmentVariable] ?? words.toLowerCase().replaceAll('_', '-');
    return [{ name, environmentVariable }];
  });
}

function registered({ name, environmentVariable, permissions = [] }: TokenClient) {
  if (typeof name !== 'string' || name === '') throw new TypeError('a client has no name');
  if (typeof environmentVariable !== 'string' || environmentVariable === '') {
    throw new TypeError(`client ${name} has no environmentVariable`);
  }
  const grants = permissions.filter(isGrant);
  if (grants.length < permissions.length) {
    throw new TypeError(`permissions of client ${name} must look like job.create, job.* or *`);
  }
  return {
    name,
    variable: environmentVariable,
    permissions: grants,
  };
}
