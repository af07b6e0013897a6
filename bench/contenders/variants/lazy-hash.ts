let crypto: typeof import('node:crypto') | undefined;

/** `hash` of `node:crypto`, loaded by the first token. */
export function hash(algorithm: string, text: string, encoding: 'base64url' | 'binary'): string {
  crypto ??= process.getBuiltinModule('node:crypto');
  return crypto.hash(algorithm, text, encoding);
}
