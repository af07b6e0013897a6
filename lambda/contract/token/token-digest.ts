import { hash } from 'node:crypto';

/** SHA-256 of a token as 43 characters of base64url: the only form stored outside Secrets Manager. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** A token's public fingerprint, safe in logs: the first 12 hexadecimal digits of its SHA-256. */
export function tokenIdOf(digest: string, encoding: 'base64url' | 'binary' = 'base64url'): string {
  return Buffer.from(digest, encoding).toString('hex', 0, 6);
}
