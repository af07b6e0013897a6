/** How many random base62 characters a token has. */
export const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

const PREFIX = '[a-z][a-z0-9]{1,15}';
const CLIENT = '[a-z][a-z0-9-]{0,63}';
/** The form of every token with a prefix, itself a pattern: all that looks for tokens is made of it. */
const tokenSource = (prefix: string): string =>
  `${prefix}_${CLIENT}_[0-9A-Za-z]{${SECRET_LENGTH}}_[0-9a-z]{${CHECKSUM_LENGTH}}`;

/** The prefix of our tokens unless another one is configured. */
export const DEFAULT_TOKEN_PREFIX = 'atk';

/** Whether a text can be the prefix of tokens: 2 to 16 lower-case letters and digits, a letter first. */
export function isTokenPrefix(value: string): boolean {
  return new RegExp(`^${PREFIX}$`).test(value);
}

/**
 * What finds tokens with this prefix in files, for a secret scanner: prefix, client, 43 base62
 * characters and a checksum, with `_` between.
 */
export function tokenPattern(prefix: string = DEFAULT_TOKEN_PREFIX): RegExp {
  return new RegExp(`\\b${tokenSource(prefix)}\\b`);
}

/** A text without anything of the form of our tokens, whatever their prefix. */
export function withoutTokens(text: string): string {
  return text.replace(new RegExp(tokenSource(PREFIX), 'g'), '[token]');
}

/** A token taken apart; the random part stays out of it. */
export interface ParsedToken {
  readonly prefix: string;
  readonly clientName: string;
}

/** Puts a token together: `<prefix>_<client>_<43 base62 characters>_<checksum>`. */
export function formatToken(prefix: string, clientName: string, secret: string): string {
  const body = `${prefix}_${clientName}_${secret}`;
  return `${body}_${tokenChecksum(body)}`;
}

const TOKEN = new RegExp(`^${tokenSource(PREFIX)}$`);

/** Takes a token of our format apart; `null` if it has another form, or a checksum not its own. */
export function parseToken(token: string): ParsedToken | null {
  if (!TOKEN.test(token) || isMistyped(token)) return null;
  // No other part has a `_`.
  const [prefix, clientName] = token.split('_') as [string, string];
  return { prefix, clientName };
}

/**
 * The checksum at the end of a token: six base36 characters of a polynomial modulo 2^31. As the
 * multiplier is odd, every change of one character changes the checksum; as the multiplier less one
 * is twice an odd number, so does every swap of neighbours. Anything else passes once in 2^31. It
 * finds typos; it protects nothing.
 */
export function tokenChecksum(body: string): string {
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum = Math.imul(sum, 0x5bd1e997) + body.charCodeAt(i);
  return (sum & 0x7fffffff).toString(36).padStart(6, '0');
}

/**
 * Whether a token has the outline of our format and a checksum that is not its own: somebody
 * mistyped it. A token of any other form is not ours, and not mistyped.
 */
export function isMistyped(token: string): boolean {
  const checksumStart = token.length - CHECKSUM_LENGTH;
  const secretStart = checksumStart - 1 - SECRET_LENGTH;
  if (token[checksumStart - 1] !== '_' || token[secretStart - 1] !== '_') return false;
  return token.slice(checksumStart) !== tokenChecksum(token.slice(0, checksumStart - 1));
}
