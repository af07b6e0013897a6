import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import { newToken, verifierOf } from '../contract/token/new-token.ts';
import type { Verifier } from '../contract/token/token-list.ts';
import { serializeTokenSecret, type TokenSecret } from '../contract/token/token-secret.ts';
import { type ClientSecret, readClientSecret, requireClient } from './client-secret.ts';
import { abandon, cleanUp, giveUp } from './give-up.ts';
import { LabelMovedError, VersionExistsError } from './ports.ts';
import { type EnvironmentPorts, enforce, syncEnvironment } from './sync-environment.ts';

/** The four steps of a Secrets Manager rotation, in their order. */
export const rotationSteps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** One of the four steps. */
export type RotationStep = (typeof rotationSteps)[number];

/** How long a rotation may take before it is given up, in seconds: a tenth of its overlap within these. */
const MIN_SLACK_SECONDS = 10;
const MAX_SLACK_SECONDS = 300;

const CHANGED_MEANWHILE =
  'the token was changed meanwhile, and this rotation is given up: start a new one';

const MADE_WITH_OVERLAP =
  'this versionId belongs to a rotation with an overlap, and no token is ended: start a new one';

/** What a rotation is to do. */
export interface Rotation {
  readonly secretId: string;
  /** The id of the version that becomes the current one. */
  readonly versionId: string;
  /** How long the old token stays valid beside the new one, in seconds. */
  readonly overlapSeconds: number;
}

/** What a rotation needs. */
export interface RotationPorts extends EnvironmentPorts {
  /** The prefix of new tokens. */
  readonly prefix: string;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
}

/** The authorizer does not recognise the new token. */
class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError';
}

/**
 * Runs a whole rotation for an operator. It may be repeated, also after it was cut short.
 *
 * @throws GivenUpError, NotAllowedError if it cannot go on; the new token is not accepted then, and the
 *   token in use is not touched
 */
export async function rotate(ports: RotationPorts, rotation: Rotation): Promise<void> {
  const { secretId, versionId } = rotation;
  try {
    for (const step of rotationSteps) await runRotationStep(ports, step, rotation);
  } catch (error) {
    // Secrets Manager would repeat the step; for an operator it has failed.
    if (error instanceof NotAllowedError) await cleanUp(ports, secretId, versionId);
    throw error;
  }
  // Secrets Manager wants to find the label where its own rotations left it; this is none.
  await abandon(ports, secretId, versionId);
}

/**
 * Runs one step of a rotation. Each step may be repeated, also after it was cut short, and no step
 * before the last one takes anything from the token in use.
 *
 * A current value that is not the issuer's says nothing of the tokens that are in use: the
 * environment stays as it is until the new token is the current one, which ends them all.
 *
 * Source: AWS Secrets Manager User Guide, "Lambda rotation functions".
 *
 * @throws GivenUpError if the rotation cannot go on; the token in use is not touched
 */
export async function runRotationStep(
  ports: RotationPorts,
  step: RotationStep,
  rotation: Rotation,
): Promise<void> {
  const { secretId, versionId } = rotation;
  const secret = await readClientSecret(ports, secretId);
  const isMine = secret.pendingVersion === versionId;
  if (secret.currentVersion === versionId) {
    if (step === 'testSecret') await test(ports, secret, secret.current);
    else if (step === 'finishSecret') await enforce(ports, secretId);
    else if (step === 'setSecret') await syncEnvironment(ports, [secretId]);
    else if (rotation.overlapSeconds === 0 && (secret.current?.verifiers.length ?? 0) > 1) {
      await giveUp(ports, secretId, versionId, MADE_WITH_OVERLAP);
    }
  } else if (step === 'createSecret') {
    if (!isMine || !secret.next) await create(ports, secret, rotation);
  } else if (step === 'testSecret' && isMine && secret.pendingState === 'start') {
    // With RotateImmediately false, Secrets Manager runs this step alone, to try the function.
    if (secret.current?.token !== undefined) await test(ports, secret, secret.current);
  } else {
    const next = await requireNext(ports, secret, rotation);
    if (step === 'finishSecret') await finish(ports, secret, versionId);
    else if (secret.current === null) return;
    else if (step === 'setSecret') await syncEnvironment(ports, [secretId]);
    else await test(ports, secret, next);
  }
}

/** Writes the next value. Its token is the only one that nobody has seen. */
async function create(
  ports: RotationPorts,
  { id, clientName, current, currentVersion }: ClientSecret,
  { versionId, overlapSeconds }: Rotation,
): Promise<void> {
  const { secrets, prefix, now } = ports;
  const token = newToken(prefix, clientName);
  // A little more, so that what is left when the new token becomes current is the whole overlap.
  const slack = Math.min(Math.max(overlapSeconds / 10, MIN_SLACK_SECONDS), MAX_SLACK_SECONDS);
  const expiresAt = wholeSecond(now() + (overlapSeconds + slack) * 1_000);
  const previous =
    overlapSeconds > 0 && current?.token !== undefined ? current.verifiers[0] : undefined;
  const value = serializeTokenSecret({
    token,
    verifiers: [verifierOf(token), ...(previous ? [endingBy(previous, expiresAt)] : [])],
    issuedAt: now(),
    replaces: currentVersion,
  });
  try {
    await secrets.write(id, versionId, value, 'AWSPENDING');
  } catch (error) {
    if (!(error instanceof VersionExistsError)) throw error;
    await giveUp(ports, id, versionId, 'this rotation was given up before: start a new one');
  }
}

/** The rotation's own next value, if it may still become the current one. */
async function requireNext(
  ports: RotationPorts,
  { id, current, next, pendingVersion, pendingState }: ClientSecret,
  { versionId, overlapSeconds }: Rotation,
): Promise<TokenSecret> {
  const isMine = pendingVersion === versionId;
  if (isMine && pendingState === 'stale') return giveUp(ports, id, versionId, CHANGED_MEANWHILE);
  if (!isMine || !next) {
    const reason = 'this rotation has no pending version: start a new one';
    return giveUp(ports, id, versionId, reason);
  }
  const promised = Math.min(
    ports.now() + overlapSeconds * 1_000,
    current?.verifiers[0].expiresAt ?? Number.POSITIVE_INFINITY,
  );
  const [, previous] = next.verifiers;
  // It would end the old token within its overlap.
  if (previous?.expiresAt !== undefined && previous.expiresAt < promised) {
    const reason = 'this rotation was left for too long, and is given up: start a new one';
    return giveUp(ports, id, versionId, reason);
  }
  return next;
}

/** Makes the next value the current one, and brings the authorizer up to date. */
async function finish(
  ports: RotationPorts,
  { id, currentVersion }: ClientSecret,
  versionId: string,
): Promise<void> {
  try {
    await ports.secrets.makeCurrent(id, versionId, currentVersion);
  } catch (error) {
    if (!(error instanceof LabelMovedError)) throw error;
    await giveUp(ports, id, versionId, CHANGED_MEANWHILE);
  }
  await enforce(ports, id);
}

/** Asks the authorizer itself about a token. */
async function test(
  { authorizer, clients }: RotationPorts,
  { id, clientName }: ClientSecret,
  value: TokenSecret | null | undefined,
): Promise<void> {
  const token = value?.token;
  const { source } = requireClient(clients, id);
  if (token === undefined || !areAllows(await authorizer.authorize(token, source), clientName)) {
    throw new NotAllowedError(
      `the authorizer does not allow the new token of client ${clientName}`,
    );
  }
}

/** Each API has to recognise the client; in one of several, it may have no route. */
function areAllows(results: readonly unknown[], clientName: string): boolean {
  return results.every((result) => isOf(result, clientName)) && results.some(allows);
}

const isOf = (result: unknown, clientName: string): boolean =>
  (Object(result) as Partial<APIGatewayAuthorizerResult>).principalId === clientName;

function allows(result: unknown): boolean {
  const { policyDocument } = Object(result) as Partial<APIGatewayAuthorizerResult>;
  return policyDocument?.Statement.some(({ Effect }) => Effect === 'Allow') ?? false;
}

/** The same verifier with an end, or with the earlier end that it has. */
function endingBy(verifier: Verifier, expiresAt: number): Verifier {
  return {
    digest: verifier.digest,
    expiresAt: Math.min(expiresAt, verifier.expiresAt ?? expiresAt),
  };
}

/** Verifiers end at whole seconds; up, so that nobody loses any of what was promised. */
function wholeSecond(milliseconds: number): number {
  return Math.ceil(milliseconds / 1_000) * 1_000;
}
