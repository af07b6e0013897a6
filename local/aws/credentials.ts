import { randomBytes } from 'node:crypto';

/** An access key for the local AWS; it opens nothing elsewhere. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An access key that nobody can guess: 128 random bits in its id, which is what is checked. */
export function newCredentials(): Credentials {
  const random = () => randomBytes(16).toString('hex');
  return { accessKeyId: `local${random()}`, secretAccessKey: random() };
}
