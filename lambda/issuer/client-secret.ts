import type { Verifier } from '../contract/token/token-list.ts';
import { parseTokenSecret, type TokenSecret } from '../contract/token/token-secret.ts';
import type { IssuerClient } from '../contract/wiring/issuer.ts';
import type { Secrets } from './ports.ts';

/**
 * What a version with the label `AWSPENDING` is to the issuer. `start`: Secrets Manager has labelled
 * it, and it has no value yet, or the current one; `next`: a rotation of the current version is under
 * way; `stale`: it can no longer become the current version.
 */
type PendingState = 'start' | 'next' | 'stale';

/** A client's secret as it stands. */
export interface ClientSecret {
  readonly id: string;
  readonly clientName: string;
  /** The authorizer's variable for the client's verifiers. */
  readonly variable: string;
  readonly currentVersion: string | undefined;
  /** `undefined`: there is no value yet; `null`: somebody else than the issuer wrote it. */
  readonly current: TokenSecret | null | undefined;
  readonly pendingVersion: string | undefined;
  /** `undefined`: no version is pending, or it is the current one, as a rotation leaves it. */
  readonly pendingState: PendingState | undefined;
  /** The next value, while a rotation of the current version is under way. */
  readonly next: TokenSecret | undefined;
}

/** What it takes to read a client's secret. */
export interface SecretPorts {
  readonly secrets: Secrets;
  /** Whose secrets these are: no other secret is looked at. */
  readonly clients: readonly IssuerClient[];
}

/**
 * Reads a client's secret.
 *
 * @throws Error if the secret is no client's
 */
export async function readClientSecret(
  { secrets, clients }: SecretPorts,
  id: string,
): Promise<ClientSecret> {
  const { name, variable } = requireClient(clients, id);
  const { currentVersion, pendingVersion } = await secrets.describe(id);
  const isOther = pendingVersion !== undefined && pendingVersion !== currentVersion;
  const [currentText, pendingText] = await Promise.all([
    currentVersion === undefined ? undefined : secrets.read(id, currentVersion),
    isOther ? secrets.read(id, pendingVersion) : undefined,
  ]);
  const pending = parseTokenSecret(pendingText);
  let pendingState: PendingState | undefined;
  if (!isOther) pendingState = undefined;
  else if (pendingText === undefined || pendingText === currentText) pendingState = 'start';
  else if (pending !== null && pending.replaces === currentVersion) pendingState = 'next';
  else pendingState = 'stale';
  return {
    id,
    clientName: name,
    variable,
    currentVersion,
    // A current version whose value is not found is not an empty secret.
    current: currentVersion === undefined ? undefined : parseTokenSecret(currentText),
    pendingVersion,
    pendingState,
    next: pendingState === 'next' && pending ? pending : undefined,
  };
}

/**
 * The client with this secret.
 *
 * @throws Error if there is none
 */
export function requireClient(clients: readonly IssuerClient[], secretId: string): IssuerClient {
  const client = clients.find((each) => each.secretId === secretId);
  if (client === undefined) throw new Error(`secret ${secretId} is not a client's of this stack`);
  return client;
}

/**
 * What the authorizer has to accept, read off the secret alone: the current value's verifiers, and
 * before them the token that a rotation is about to make current. The old token's end counts only
 * once the new one is current: a rotation that is never finished must not end the token in use.
 *
 * @throws Error if the current value is not the issuer's: nobody knows what to accept then
 */
export function acceptedVerifiers({ id, current, next }: ClientSecret): readonly Verifier[] {
  if (current === null) throw new Error(`the current value of secret ${id} is not the issuer's`);
  return [...(next ? [next.verifiers[0]] : []), ...(current?.verifiers ?? [])];
}
