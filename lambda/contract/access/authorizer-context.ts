import type { ApiToken } from '../token/api-token.ts';
import { type Grant, isGrant } from './permission.ts';

/**
 * What API Gateway hands from the authorizer to the functions behind it. Only strings: API Gateway
 * turns numbers and booleans into strings, and answers 500 to anything nested.
 *
 * Source: API Gateway Developer Guide, "Output from an API Gateway Lambda authorizer".
 */
export type AuthorizerContext = {
  readonly clientName: string;
  readonly tokenId: string;
  /** The client's grants with single spaces between, as OAuth 2.0 writes a `scope` (RFC 6749, 3.3). */
  readonly permissions: string;
};

/** Writes the context for a recognised token. */
export function serializeAuthorizerContext(apiToken: ApiToken): AuthorizerContext {
  return {
    clientName: apiToken.clientName,
    tokenId: apiToken.id,
    permissions: apiToken.permissions.join(' '),
  };
}

/**
 * Reads the context from a request; `null` if it is absent or not one that our authorizer wrote.
 * The expiry does not travel: it is the authorizer's business.
 */
export function parseAuthorizerContext(context: unknown): ApiToken | null {
  if (typeof context !== 'object' || context === null) return null;
  const { clientName, tokenId, permissions } = context as Record<string, unknown>;
  if (typeof clientName !== 'string' || clientName === '') return null;
  if (typeof tokenId !== 'string' || !/^[0-9a-f]{12}$/.test(tokenId)) return null;
  if (typeof permissions !== 'string') return null;
  const grants: string[] = permissions === '' ? [] : permissions.split(' ');
  return grants.every(isGrant) ? { id: tokenId, clientName, permissions: grants as Grant[] } : null;
}
