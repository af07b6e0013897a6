import type { Grant } from '../access/permission.ts';

/** The metadata of an API token: what is known about it, never the token itself. */
export interface ApiToken {
  /** Public fingerprint: the first 12 hexadecimal digits of the token's SHA-256. */
  readonly id: string;
  /** The client that the token was issued to. */
  readonly clientName: string;
  /** What the client may do, as its grants in the client registry. */
  readonly permissions: readonly Grant[];
  /** The moment from which the token is refused, in milliseconds since 1970; absent: it does not expire. */
  readonly expiresAt?: number;
}

/** Who is calling, and what it may do: what `requireApiToken` puts on an event or a request. */
export type RequestApiToken = Pick<ApiToken, 'id' | 'clientName' | 'permissions'>;

/** The longest that an API token can be, in characters. */
export const MAX_TOKEN_LENGTH = 512;

// Space is left out on purpose: it separates tokens in an environment variable.
const TOKEN = /^[!-~]{1,512}$/;

/** Whether a text can be an API token: 1 to 512 printable ASCII characters without a space. */
export function isTokenText(value: unknown): value is string {
  return typeof value === 'string' && TOKEN.test(value);
}
