import type { Verifier } from '../contract/token-list.ts';
import { parseTokenSecret, secretTags, type TokenSecret } from '../contract/token-secret.ts';
import type { SecretDescription, Secrets } from './ports.ts';

/** A client's secret as it stands. */
export interface ClientSecret {
  readonly id: string;
  readonly clientName: string;
  /** The authorizer's variable for the client's verifiers. */
  readonly variable: string;
  readonly currentVersion: string | undefined;
  readonly current: TokenSecret | undefined;
  readonly pendingVersion: string | undefined;
  /** A rotation ended, and its label is still on the version that it made current. */
  readonly isLabelLeft: boolean;
  /** The next value, while a rotation is under way. */
  readonly pending: TokenSecret | undefined;
}

/**
 * Reads a client's secret.
 *
 * @throws Error if the secret was not made for a client, or its current value not by the issuer
 */
export async function readClientSecret(secrets: Secrets, id: string): Promise<ClientSecret> {
  const description = await secrets.describe(id);
  const { currentVersion, pendingVersion } = description;
  const isRotating = pendingVersion !== undefined && pendingVersion !== currentVersion;
  const [currentText, pendingText] = await Promise.all([
    currentVersion === undefined ? undefined : secrets.read(id, currentVersion),
    isRotating ? secrets.read(id, pendingVersion) : undefined,
  ]);
  const current = currentText === undefined ? undefined : parseTokenSecret(currentText);
  if (current === null) throw new Error(`the current value of secret ${id} is not the issuer's`);
  return {
    id,
    ...owner(id, description),
    currentVersion,
    current,
    pendingVersion: isRotating ? pendingVersion : undefined,
    isLabelLeft: pendingVersion !== undefined && !isRotating,
    pending: (pendingText === undefined ? undefined : parseTokenSecret(pendingText)) ?? undefined,
  };
}

/**
 * Whose secret it is, from its tags.
 *
 * @throws Error if they do not say so
 */
export function owner(
  id: string,
  { tags }: SecretDescription,
): { readonly clientName: string; readonly variable: string } {
  const { [secretTags.client]: clientName, [secretTags.variable]: variable } = tags;
  if (!clientName || !variable) throw new Error(`secret ${id} is not tagged as a client's`);
  return { clientName, variable };
}

/**
 * What the authorizer has to accept, read off the secret alone: the current value's verifiers, and
 * before them the token that a rotation is about to make current. The old token's end counts only
 * once the new one is current: a rotation that is never finished must not end the token in use.
 */
export function acceptedVerifiers({ current, pending }: ClientSecret): readonly Verifier[] {
  const [next] = pending?.verifiers ?? [];
  return [...(next ? [next] : []), ...(current?.verifiers ?? [])];
}
