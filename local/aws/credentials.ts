import { randomBytes } from 'node:crypto';

/** An access key for the local AWS; it opens nothing elsewhere. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A new access key. Its id, which callers are checked by, has 128 random bits. */
export function newCredentials(): Credentials {
  const random = () => randomBytes(16).toString('hex');
  return { accessKeyId: `local${random()}`, secretAccessKey: random() };
}
