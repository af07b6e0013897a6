import { sha256 } from '@noble/hashes/sha2.js';

/** SHA-256 in audited JavaScript; it loads no module of Node.js. */
export function hash(_: 'sha256', text: string, encoding: 'base64url' | 'binary'): string {
  return Buffer.from(sha256(Buffer.from(text))).toString(encoding);
}
