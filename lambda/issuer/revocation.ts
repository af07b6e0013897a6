import { randomBytes } from 'node:crypto';
import {
  parseTokenSecret,
  serializeTokenSecret,
  type TokenSecret,
} from '../contract/token/token-secret.ts';
import { type ClientSecret, readClientSecret } from './client-secret.ts';
import { abandon, giveUp } from './give-up.ts';
import { LabelMovedError, VersionExistsError } from './ports.ts';
import { type EnvironmentPorts, enforce } from './sync-environment.ts';

/** Which of a client's tokens are to end. */
export interface Revocation {
  readonly secretId: string;
  /** The id of the version to write: the same one for a repeat. */
  readonly versionId: string;
  /** Only those on their way out, or the current one as well. */
  readonly tokens: 'previous' | 'all';
}

const USED_OTHERWISE =
  'this versionId belongs to another operation, and nothing is revoked: start a new revocation';

/** What a revocation needs. */
export interface RevocationPorts extends EnvironmentPorts {
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Ends tokens of a client now, and flushes API Gateway's results for them. A rotation that is
 * under way is given up: its next value may still promise an overlap to the token that ends.
 *
 * @throws Error if the client has no token yet; GivenUpError if it cannot be done, and has to be
 *   started anew
 */
export async function revoke(ports: RevocationPorts, revocation: Revocation): Promise<void> {
  const { secretId, versionId, tokens } = revocation;
  const secret = await readClientSecret(ports, secretId);
  if (secret.current === undefined) throw new Error(`secret ${secretId} has no token to revoke`);
  if (secret.currentVersion !== versionId) {
    await (tokens === 'all' ? endAll : endPrevious)(ports, secret, versionId);
  } else if (!hasEnded(tokens, secret.current)) {
    return giveUp(ports, secretId, versionId, USED_OTHERWISE);
  }
  await enforce(ports, secretId);
  // RotateSecret would fail at a label that is left.
  const { pendingVersion, pendingState } = await readClientSecret(ports, secretId);
  if (pendingVersion !== undefined && (pendingState === 'stale' || pendingVersion === versionId)) {
    await abandon(ports, secretId, pendingVersion);
  }
}

/**
 * Whatever the current value is: who has written over it in a panic must still be able to revoke.
 * The client stays known by a verifier that has ended, so that its calls are 401s and no fault.
 */
async function endAll(
  ports: RevocationPorts,
  { id, current }: ClientSecret,
  versionId: string,
): Promise<void> {
  const { secrets, now } = ports;
  // A digest that no token has, where the last token's is not known.
  const digest = current?.verifiers[0].digest ?? randomBytes(32).toString('base64url');
  const ended = { digest, expiresAt: Math.floor(now() / 1_000) * 1_000 };
  const value = serializeTokenSecret({ verifiers: [ended] });
  try {
    await secrets.write(id, versionId, value, 'AWSCURRENT');
  } catch (error) {
    if (!(error instanceof VersionExistsError)) throw error;
    // A repeat: the version was the current one, and was replaced by a token that is newer.
    const written = parseTokenSecret(await secrets.read(id, versionId));
    if (!hasEnded('all', written)) await giveUp(ports, id, versionId, USED_OTHERWISE);
  }
}

/** Whether a value is one that a revocation writes. */
function hasEnded(tokens: Revocation['tokens'], value: TokenSecret | null | undefined): boolean {
  if (!value) return false;
  return tokens === 'all' ? value.token === undefined : value.verifiers.length === 1;
}

/** Keeps the current token, which therefore has to be known, and still be the current one at the end. */
async function endPrevious(
  ports: RevocationPorts,
  { id, current, currentVersion }: ClientSecret,
  versionId: string,
): Promise<void> {
  if (!current) {
    const reason = `the current value of secret ${id} is not the issuer's: rotate it with no overlap, or revoke all`;
    return giveUp(ports, id, versionId, reason);
  }
  const kept: TokenSecret = { ...current, verifiers: [current.verifiers[0]], replaces: undefined };
  try {
    // Never over a token that became current meanwhile. As it replaces no version, it is not accepted
    // while it is pending, and no rotation takes it for its own.
    await ports.secrets.write(id, versionId, serializeTokenSecret(kept), 'AWSPENDING');
    await ports.secrets.makeCurrent(id, versionId, currentVersion);
  } catch (error) {
    if (!(error instanceof VersionExistsError || error instanceof LabelMovedError)) throw error;
    const reason =
      'the token was changed meanwhile, and nothing is revoked: start a new revocation';
    return giveUp(ports, id, versionId, reason);
  }
}
