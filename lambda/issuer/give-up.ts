import { readClientSecret } from './client-secret.ts';
import { LabelMovedError } from './ports.ts';
import { type EnvironmentPorts, enforce } from './sync-environment.ts';

/** An operation that cannot go on, and of which nothing is left that opens: start a new one. */
export class GivenUpError extends Error {
  override readonly name = 'GivenUpError';
}

/**
 * Cleans up after an operation that cannot go on, and says so.
 *
 * @throws GivenUpError with the reason
 */
export async function giveUp(
  ports: EnvironmentPorts,
  secretId: string,
  versionId: string,
  reason: string,
): Promise<never> {
  await cleanUp(ports, secretId, versionId);
  throw new GivenUpError(reason);
}

/** Takes back what an operation has written and not made current, and has the authorizer follow. */
export async function cleanUp(
  ports: EnvironmentPorts,
  secretId: string,
  versionId: string,
): Promise<void> {
  const { current, pendingVersion, pendingState } = await readClientSecret(ports, secretId);
  if (pendingVersion === versionId && (pendingState === 'next' || pendingState === 'stale')) {
    await abandon(ports, secretId, versionId);
  }
  // Nobody knows what to accept under a value that is not the issuer's.
  if (current !== null) await enforce(ports, secretId);
}

/** Takes the label `AWSPENDING` away from a version, unless somebody else was faster. */
export async function abandon(
  { secrets }: EnvironmentPorts,
  secretId: string,
  versionId: string,
): Promise<void> {
  try {
    await secrets.abandon(secretId, versionId);
  } catch (error) {
    if (!(error instanceof LabelMovedError)) throw error;
  }
}
