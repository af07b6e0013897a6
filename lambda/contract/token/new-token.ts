import { randomInt } from 'node:crypto';
import { digestOf } from './token-digest.ts';
import { formatToken, SECRET_LENGTH } from './token-format.ts';
import type { Verifier } from './token-list.ts';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new token for a client: 43 characters from a CSPRNG, each of the 62 equally likely. */
export function newToken(prefix: string, clientName: string): string {
  const secret = Array.from({ length: SECRET_LENGTH }, () =>
    BASE62.charAt(randomInt(BASE62.length)),
  );
  return formatToken(prefix, clientName, secret.join(''));
}

/** What recognises a token for as long as nobody ends it. */
export function verifierOf(token: string): Verifier {
  return { digest: digestOf(token) };
}
