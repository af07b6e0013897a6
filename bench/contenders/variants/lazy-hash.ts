let crypto: typeof import('node:crypto') | undefined;

/** `hash` of `node:crypto`, which is loaded when the first token comes. */
export function hash(algorithm: string, text: string, encoding: 'base64url' | 'binary'): string {
  crypto ??= process.getBuiltinModule('node:crypto');
  return crypto.hash(algorithm, text, encoding);
}
