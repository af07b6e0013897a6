import { isTokenText } from '../contract/api-token.ts';
import { parseTokenSecret, serializeTokenSecret } from '../contract/token-secret.ts';
import { owner } from './client-secret.ts';
import { newToken, verifierOf } from './new-token.ts';
import { type Secrets, VersionExistsError } from './ports.ts';

/**
 * Gives a client's secret its first value, if it has none. A plain token that was in the secret
 * before there was an issuer stays the client's token.
 *
 * @param now the clock, in milliseconds since 1970
 * @param versionId the id of the version to write: the same one for a repeat of the same request
 */
export async function ensureFirstToken(
  secrets: Secrets,
  secretId: string,
  versionId: string,
  prefix: string,
  now: () => number,
): Promise<void> {
  const description = await secrets.describe(secretId);
  const { clientName } = owner(secretId, description);
  const { currentVersion } = description;
  const text =
    currentVersion === undefined ? undefined : await secrets.read(secretId, currentVersion);
  if (text !== undefined && parseTokenSecret(text) !== null) return;
  const isKept = isTokenText(text);
  const token = isKept ? text : newToken(prefix, clientName);
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
