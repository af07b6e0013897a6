import { isTokenText } from './api-token.ts';

/** What the authorizer needs to recognise a token, and cannot be turned back into it. */
export interface Verifier {
  /** SHA-256 of the token, as 43 characters of base64url. */
  readonly digest: string;
  /** The moment from which the token is refused, in milliseconds since 1970, a whole second. */
  readonly expiresAt?: number;
}

/** One entry of a client's environment variable: a verifier, or the token itself in a plain set-up. */
export type TokenListEntry =
  | (Verifier & { readonly token?: undefined })
  | { readonly token: string; readonly digest?: undefined; readonly expiresAt?: undefined };

// The last character of 43 carries four bits, so only every fourth letter can stand there.
const VERIFIER =
  /^sha256:(?<digest>[\w-]{42}[AEIMQUYcgkosw048])(?:;until=(?<until>\d{8}T\d{6}Z))?$/;

/**
 * Reads the value of a client's environment variable: a list of verifiers and plain tokens with
 * white space between. A malformed entry is `null`, so that a caller can name it by its position
 * and never has to show it.
 */
export function parseTokenList(value: string): (TokenListEntry | null)[] {
  return (value.match(/\S+/g) ?? []).map(parseEntry);
}

/** Writes the value of a client's environment variable; the inverse of {@link parseTokenList}. */
export function serializeTokenList(entries: readonly TokenListEntry[]): string {
  return entries
    .map((entry) => {
      if (entry.token !== undefined) return entry.token;
      const end = entry.expiresAt === undefined ? '' : `;until=${formatSecond(entry.expiresAt)}`;
      return `sha256:${entry.digest}${end}`;
    })
    .join(' ');
}

function parseEntry(text: string): TokenListEntry | null {
  const { digest, until } = VERIFIER.exec(text)?.groups ?? {};
  if (!digest) return text.startsWith('sha256:') || !isTokenText(text) ? null : { token: text };
  if (!until) return { digest };
  const expiresAt = parseSecond(until);
  return expiresAt === null ? null : { digest, expiresAt };
}

/** Reads `20261201T000000Z`; `null` for a day or an hour that no calendar has. */
function parseSecond(text: string): number | null {
  const milliseconds = Date.parse(text.replace(/(..)(..)T(..)(..)/, '-$1-$2T$3:$4:'));
  // Date.parse takes 30 February for 2 March.
  const isExact = !Number.isNaN(milliseconds) && formatSecond(milliseconds) === text;
  return isExact ? milliseconds : null;
}

function formatSecond(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[-:]|\.000/g, '');
}
