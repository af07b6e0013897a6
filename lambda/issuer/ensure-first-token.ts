import { isTokenText } from '../contract/token/api-token.ts';
import { newToken, verifierOf } from '../contract/token/new-token.ts';
import { parseTokenSecret, serializeTokenSecret } from '../contract/token/token-secret.ts';
import { type Secrets, VersionExistsError } from './ports.ts';

/** A client's secret that may be without a value. */
export interface FirstToken {
  readonly secretId: string;
  readonly clientName: string;
  /** The id of the version to write: the same one for a repeat of the same request. */
  readonly versionId: string;
  /** The prefix of new tokens. */
  readonly prefix: string;
  /**
   * Whether the issuer has not seen the secret before. What it has seen holds the issuer's value, or
   * one that somebody wrote over it since, which must not become a token.
   */
  readonly isNew: boolean;
}

/**
 * Gives a client's secret its first value, if it has none. A plain token that was in the secret
 * before there was an issuer stays the client's token.
 *
 * @param now the clock, in milliseconds since 1970
 * @throws Error if a new secret has something else in it, which may be all that a partner has
 */
export async function ensureFirstToken(
  secrets: Secrets,
  { secretId, clientName, versionId, prefix, isNew }: FirstToken,
  now: () => number,
): Promise<void> {
  const { currentVersion } = await secrets.describe(secretId);
  const text =
    currentVersion === undefined ? undefined : await secrets.read(secretId, currentVersion);
  if (text !== undefined && (!isNew || parseTokenSecret(text) !== null)) return;
  // A file that was put into the secret ends with a newline.
  const plain = text?.trim();
  // JSON, as the console writes keys and values, has the token somewhere inside.
  const isKept = isTokenText(plain) && !plain.startsWith('{');
  if (plain && !isKept) {
    throw new Error(
      `secret ${secretId} has neither one plain token nor a value of the issuer: put the client's token there, or leave the secret empty`,
    );
  }
  const token = isKept ? plain : newToken(prefix, clientName);
  const value = serializeTokenSecret({
    token,
    verifiers: [verifierOf(token)],
    ...(!isKept && { issuedAt: now() }),
  });
  try {
    await secrets.write(secretId, versionId, value, 'AWSCURRENT');
  } catch (error) {
    // A repeat of a request whose answer was lost: the first one's value stands.
    if (!(error instanceof VersionExistsError)) throw error;
  }
}
