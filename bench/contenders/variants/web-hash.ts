let last = '';
let digest = Buffer.alloc(0);

/** Prepares the digest for `hash`: Web Crypto is asynchronous, and the authorizer hashes synchronously. */
export async function prepareDigest(token: string): Promise<void> {
  digest = Buffer.from(await globalThis.crypto.subtle.digest('SHA-256', Buffer.from(token)));
  last = token;
}

/** The prepared digest. */
export function hash(_: 'sha256', text: string, encoding: 'base64url' | 'binary'): string {
  if (text !== last) throw new Error('not prepared');
  return digest.toString(encoding);
}
