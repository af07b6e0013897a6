let last = '';
let digest = Buffer.alloc(0);

/** Web Crypto answers later only, and our authorizer asks at once: this comes before it. */
export async function prepareDigest(token: string): Promise<void> {
  digest = Buffer.from(await globalThis.crypto.subtle.digest('SHA-256', Buffer.from(token)));
  last = token;
}

/** The digest that was prepared. */
export function hash(_: 'sha256', text: string, encoding: 'base64url' | 'binary'): string {
  if (text !== last) throw new Error('not prepared');
  return digest.toString(encoding);
}
