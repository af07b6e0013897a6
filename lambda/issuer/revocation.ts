import { serializeTokenSecret } from '../contract/token-secret.ts';
import { readClientSecret } from './client-secret.ts';
import { syncEnvironment } from './environment.ts';
import type { RotationPorts } from './rotation.ts';

/** Which of a client's tokens are to end. */
export interface Revocation {
  readonly secretId: string;
  /** The id of the version to write: the same one for a repeat. */
  readonly versionId: string;
  /** Only those on their way out, or the current one as well. */
  readonly tokens: 'previous' | 'all';
}

/**
 * Ends tokens of a client now, and has API Gateway forget that it accepted them. Without a current
 * token the client stays known by an ended verifier, so that its calls are 401s and no fault. A
 * rotation that is under way is given up.
 *
 * @throws Error if the client has no token yet
 */
export async function revoke(
  ports: RotationPorts,
  { secretId, versionId, tokens }: Revocation,
): Promise<void> {
  const { current, currentVersion, pendingVersion, isLabelLeft } = await readClientSecret(
    ports.secrets,
    secretId,
  );
  const [newest] = current?.verifiers ?? [];
  if (!current || !newest) throw new Error(`secret ${secretId} has no token to revoke`);
  if (currentVersion !== versionId) {
    // Its next value may still promise an overlap to the token that is being revoked.
    const pending = pendingVersion ?? (isLabelLeft ? currentVersion : undefined);
    if (pending !== undefined) await ports.secrets.abandon(secretId, pending);
    const ended = { digest: newest.digest, until: Math.floor(ports.now() / 1_000) * 1_000 };
    const value = serializeTokenSecret(
      tokens === 'all' ? { verifiers: [ended] } : { ...current, verifiers: [newest] },
    );
    if (tokens === 'all') {
      await ports.secrets.write(secretId, versionId, value, 'AWSCURRENT');
    } else {
      // Never over a token that became current meanwhile.
      await ports.secrets.write(secretId, versionId, value, 'AWSPENDING');
      await ports.secrets.makeCurrent(secretId, versionId, currentVersion);
      await ports.secrets.abandon(secretId, versionId);
    }
  }
  await syncEnvironment(ports, [secretId]);
}
