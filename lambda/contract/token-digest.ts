import { hash } from 'node:crypto';

/** How a digest is written: in text, or as one character a byte, which is quickest to compare. */
type DigestEncoding = 'base64url' | 'binary';

/** SHA-256 of a token, by default as 43 characters of base64url: the form in which most of us keep it. */
export function digestOf(token: string, encoding: DigestEncoding = 'base64url'): string {
  return hash('sha256', token, encoding);
}

/** A token's public fingerprint, safe in logs: the first 12 hexadecimal digits of its SHA-256. */
export function tokenIdOf(digest: string, encoding: DigestEncoding = 'base64url'): string {
  return Buffer.from(digest, encoding).toString('hex', 0, 6);
}
