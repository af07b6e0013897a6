import { isTokenText } from './api-token.ts';
import { parseTokenList, serializeTokenList, type Verifier } from './token-list.ts';

/** The value of a client's secret. */
export interface TokenSecret {
  /** The current token; absent once it has been revoked. */
  readonly token?: string;
  /** The current token's verifier first, then those of tokens on their way out. */
  readonly verifiers: readonly Verifier[];
  /** When the current token was issued, in milliseconds since 1970; unknown for one from before. */
  readonly issuedAt?: number;
  /**
   * The id of the version that a rotation made this value to replace. While the value is pending it
   * counts for as long as that version is the current one.
   */
  readonly replaces?: string;
}

/** The key of the secret's JSON that the authorizer's environment refers to. */
export const VERIFIERS_KEY = 'verifiers';

/** Writes the value of a client's secret. */
export function serializeTokenSecret(secret: TokenSecret): string {
  const { token, verifiers, issuedAt, replaces } = secret;
  return JSON.stringify({
    ...(token !== undefined && { token }),
    [VERIFIERS_KEY]: serializeTokenList(verifiers),
    ...(issuedAt !== undefined && { issuedAt: new Date(issuedAt).toISOString() }),
    ...(replaces !== undefined && { replaces }),
  });
}

/** Reads the value of a client's secret; `null` if it is not one that was written for a client. */
export function parseTokenSecret(text: string): TokenSecret | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { token, issuedAt, replaces, [VERIFIERS_KEY]: list } = value as Record<string, unknown>;
  if (typeof list !== 'string' || (token !== undefined && !isTokenText(token))) return null;
  const verifiers: Verifier[] = [];
  for (const entry of parseTokenList(list)) {
    if (entry?.digest === undefined) return null;
    verifiers.push(entry);
  }
  if (verifiers.length === 0) return null;
  const issued = typeof issuedAt === 'string' ? Date.parse(issuedAt) : Number.NaN;
  return {
    ...(token !== undefined && { token }),
    verifiers,
    ...(!Number.isNaN(issued) && { issuedAt: issued }),
    ...(typeof replaces === 'string' && { replaces }),
  };
}
