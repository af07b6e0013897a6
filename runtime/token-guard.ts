import { isPermission, permits } from '../lambda/contract/access/permission.ts';
import type { RequestApiToken } from '../lambda/contract/token/api-token.ts';
import {
  challengeOf,
  isSchemeHeader,
  withoutScheme,
} from '../lambda/contract/token/token-header.ts';
import { ApiTokenService } from './token.ts';

export type { RequestApiToken };

/** How a handler is guarded. */
export interface TokenGuardOptions {
  /**
   * What recognises the tokens.
   *
   * @default - one for all variables `API_TOKEN_…` of the environment
   */
  readonly service?: ApiTokenService;
  /**
   * What the handler asks for, such as `job.create`.
   *
   * @default - any client may call
   */
  readonly permission?: string;
  /**
   * The header that carries the API token. In `Authorization` it may stand behind `Bearer`.
   *
   * @default X-API-Token
   */
  readonly headerName?: string;
}

/** A request that is let in, or what it is answered. */
export type Verdict =
  | { readonly apiToken: RequestApiToken; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly apiToken?: undefined };

/** The answer to a request that is not let in. */
export interface Refusal {
  readonly statusCode: 401 | 403;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Decides on a request by the values of its token header. */
export interface TokenGuard {
  /** In lower case, as Node.js and `Headers` have it. */
  readonly headerName: string;
  /** Takes one value, or all of them. Rejects if no token is configured at all: a fault, which the framework answers with 500. */
  check(values: string | readonly string[] | null | undefined): Promise<Verdict>;
}

const OPTIONS: readonly string[] = [
  'service',
  'permission',
  'headerName',
] satisfies (keyof TokenGuardOptions)[];

/**
 * The core of every framework's `requireApiToken`: 401 without a token or with one that is not
 * recognised, 403 without the permission. A header that came twice is refused like an unknown token:
 * Node.js and `Headers` join its values with a comma and a space, which no token has.
 *
 * @throws TypeError at once if an option is not known, or the permission or the header is malformed
 */
export function tokenGuard(options: TokenGuardOptions = {}): TokenGuard {
  const { service = new ApiTokenService(), permission, headerName = 'X-API-Token' } = options;
  if (typeof service.validateToken !== 'function') {
    throw new TypeError('service must be an ApiTokenService');
  }
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`there is no option ${unknown}: there are ${OPTIONS.join(', ')}`);
  }
  if ('permission' in options && !isPermission(permission)) {
    throw new TypeError(`a permission looks like job.create, not ${JSON.stringify(permission)}`);
  }
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(headerName)) {
    throw new TypeError(
      `headerName must be the name of a header, not ${JSON.stringify(headerName)}`,
    );
  }
  const challenge = { 'WWW-Authenticate': challengeOf(headerName) };
  const hasScheme = isSchemeHeader(headerName);
  return {
    headerName: headerName.toLowerCase(),
    async check(values) {
      const [value, ...others] = typeof values === 'string' ? [values] : (values ?? []);
      if (!value && others.length === 0) return refuse(401, 'Missing API token', challenge);
      const token = hasScheme ? withoutScheme(value ?? '') : (value ?? '');
      const apiToken = others.length === 0 ? await service.validateToken(token) : null;
      if (apiToken === null) return refuse(401, 'Invalid API token', challenge);
      if (permission !== undefined && !permits(apiToken.permissions, permission)) {
        return refuse(403, `Missing permission ${permission}`);
      }
      const { id, clientName, permissions } = apiToken;
      return { apiToken: { id, clientName, permissions } };
    },
  };
}

function refuse(
  statusCode: Refusal['statusCode'],
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Verdict {
  return {
    refusal: {
      statusCode,
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
      body: JSON.stringify({ error }),
    },
  };
}
