import { isTokenText } from './api-token.ts';
import {
  parseTokenList,
  serializeTokenList,
  type TokenListEntry,
  type Verifier,
} from './token-list.ts';

/** The value of a client's secret. */
export interface TokenSecret {
  /** The current token; absent once it has been revoked. */
  readonly token?: string;
  /** The current token's verifier, or the last one's, and then those of tokens on their way out. */
  readonly verifiers: readonly [Verifier, ...Verifier[]];
  /** When the current token was issued, in milliseconds since 1970; unknown for one from before. */
  readonly issuedAt?: number;
  /**
   * The id of the version that a rotation made this value to replace. While the value is pending it
   * counts for as long as that version is the current one.
   */
  readonly replaces?: string | undefined;
}

/** The key of the secret's JSON that the authorizer's environment refers to. */
export const VERIFIERS_KEY = 'verifiers';

/** Writes the value of a client's secret. */
export function serializeTokenSecret(secret: TokenSecret): string {
  const { token, verifiers, issuedAt, replaces } = secret;
  return JSON.stringify({
    token,
    [VERIFIERS_KEY]: serializeTokenList(verifiers),
    ...(issuedAt !== undefined && { issuedAt: new Date(issuedAt).toISOString() }),
    replaces,
  });
}

/**
 * Reads the value of a client's secret; `null` if there is none, or it is not one that was written
 * for a client.
 */
export function parseTokenSecret(text: string | undefined): TokenSecret | null {
  const { token, issuedAt, replaces, [VERIFIERS_KEY]: list } = parseObject(text);
  if (typeof list !== 'string' || (token !== undefined && !isTokenText(token))) return null;
  const [current, ...others] = parseTokenList(list);
  if (!isVerifier(current) || !others.every(isVerifier)) return null;
  const issued = typeof issuedAt === 'string' ? Date.parse(issuedAt) : Number.NaN;
  return {
    ...(token !== undefined && { token }),
    verifiers: [current, ...others],
    ...(!Number.isNaN(issued) && { issuedAt: issued }),
    ...(typeof replaces === 'string' && { replaces }),
  };
}

function isVerifier(entry: TokenListEntry | null | undefined): entry is Verifier {
  return entry?.digest !== undefined;
}

function parseObject(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(String(text)));
  } catch {
    return {};
  }
}
