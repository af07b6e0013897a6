import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import type { Verifier } from '../contract/token-list.ts';
import { serializeTokenSecret } from '../contract/token-secret.ts';
import { type ClientSecret, readClientSecret } from './client-secret.ts';
import { type EnvironmentPorts, syncEnvironment } from './environment.ts';
import { newToken, verifierOf } from './new-token.ts';
import { VersionExistsError } from './ports.ts';

/** The four steps of a Secrets Manager rotation, in their order. */
export const rotationSteps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** One of the four steps. */
export type RotationStep = (typeof rotationSteps)[number];

/** How long a rotation may take before it is given up, in seconds: a tenth of its overlap within these. */
const MIN_SLACK_SECONDS = 10;
const MAX_SLACK_SECONDS = 300;

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

/**
 * Runs one step of a rotation. Each step may be repeated, also after it was cut short, and no step
 * before the last one takes anything from the token in use.
 *
 * Source: AWS Secrets Manager User Guide, "Lambda rotation functions".
 *
 * @throws Error if the rotation cannot go on; the token in use is not touched
 */
export async function runRotationStep(
  ports: RotationPorts,
  step: RotationStep,
  rotation: Rotation,
): Promise<void> {
  const secret = await readClientSecret(ports.secrets, rotation.secretId);
  const isDone = secret.currentVersion === rotation.versionId;
  if (step === 'createSecret') {
    // Secrets Manager labels the version before it has a value.
    const isCreated = secret.pendingVersion === rotation.versionId && secret.pending !== undefined;
    if (!isDone && !isCreated) await create(ports, secret, rotation);
    return;
  }
  if (!isDone) await requirePending(ports, secret, rotation);
  if (step === 'testSecret') {
    await test(ports, secret);
    return;
  }
  if (step === 'finishSecret' && !isDone) {
    await ports.secrets.makeCurrent(secret.id, rotation.versionId, secret.currentVersion);
  }
  await syncEnvironment(ports, [secret.id]);
}

/** Writes the next value. Its token is the only one that nobody has seen. */
async function create(
  { secrets, prefix, now }: RotationPorts,
  { id, clientName, current }: ClientSecret,
  { versionId, overlapSeconds }: Rotation,
): Promise<void> {
  const token = newToken(prefix, clientName);
  // A little more, so that what is left when the new token becomes current is the whole overlap.
  const slack = Math.min(Math.max(overlapSeconds / 10, MIN_SLACK_SECONDS), MAX_SLACK_SECONDS);
  const until = wholeSecond(now() + (overlapSeconds + slack) * 1_000);
  const previous =
    overlapSeconds > 0 && current?.token !== undefined ? current.verifiers[0] : undefined;
  const value = serializeTokenSecret({
    token,
    verifiers: [verifierOf(token), ...(previous ? [endingBy(previous, until)] : [])],
    issuedAt: now(),
  });
  try {
    await secrets.write(id, versionId, value, 'AWSPENDING');
  } catch (error) {
    if (!(error instanceof VersionExistsError)) throw error;
    throw new Error('this rotation was given up before: start a new one');
  }
}

/** A rotation that was left lying for too long would end the old token within its overlap. */
async function requirePending(
  { secrets, now }: RotationPorts,
  { id, current, pending, pendingVersion }: ClientSecret,
  { versionId, overlapSeconds }: Rotation,
): Promise<void> {
  if (pendingVersion !== versionId || pending === undefined) {
    throw new Error('this rotation has no pending version: start a new one');
  }
  const [, previous] = pending.verifiers;
  if (
    previous &&
    (current?.token === undefined || current.verifiers[0]?.digest !== previous.digest)
  ) {
    await secrets.abandon(id, versionId);
    throw new Error(
      'the token was changed meanwhile, and this rotation is given up: start a new one',
    );
  }
  const promised = Math.min(
    now() + overlapSeconds * 1_000,
    current?.verifiers[0]?.until ?? Number.POSITIVE_INFINITY,
  );
  if (previous?.until !== undefined && previous.until < promised) {
    await secrets.abandon(id, versionId);
    throw new Error('this rotation was left for too long, and is given up: start a new one');
  }
}

/** Has the authorizer itself recognise the new token. */
async function test({ authorizer }: RotationPorts, secret: ClientSecret): Promise<void> {
  const token = (secret.pending ?? secret.current)?.token;
  const results = token === undefined ? [] : await authorizer.authorize(token);
  if (results.length === 0 || !results.every((result) => allows(result, secret.clientName))) {
    throw new Error(`the authorizer does not allow the new token of client ${secret.clientName}`);
  }
}

function allows(result: unknown, clientName: string): boolean {
  const { principalId, policyDocument } = Object(result) as Partial<APIGatewayAuthorizerResult>;
  const isAllowed = policyDocument?.Statement.some(({ Effect }) => Effect === 'Allow') ?? false;
  return isAllowed && principalId === clientName;
}

/** The same verifier with an end, or with the earlier end that it has. */
function endingBy(verifier: Verifier, until: number): Verifier {
  return { digest: verifier.digest, until: Math.min(until, verifier.until ?? until) };
}

/** Verifiers end at whole seconds; up, so that nobody loses any of what was promised. */
function wholeSecond(milliseconds: number): number {
  return Math.ceil(milliseconds / 1_000) * 1_000;
}
