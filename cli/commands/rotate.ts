import { randomUUID } from 'node:crypto';
import { Problem } from '../../terminal/problem.ts';
import { type Context, requireYes } from '../context.ts';
import { type Client, findDeployment, requireClient } from '../deployment.ts';
import { formatDuration, formatTime, isoTime } from '../duration.ts';
import { invokeRotationFunction } from '../invoke-rotation-function.ts';
import { readIssuedTokens, tokenInfo } from '../issued-tokens.ts';

/** Options of `rotate`. */
export interface RotateOptions {
  /** How long the old token stays valid, in seconds; left out, as long as the stack's props say. */
  readonly overlap?: number;
  /** Ends the old token at once. */
  readonly now?: boolean;
  readonly yes?: boolean;
}

/** `rotate CLIENT`: issues a new token; the old one stays valid for a while. */
export async function rotate(
  context: Context,
  clientName: string,
  { overlap, now, yes }: RotateOptions,
): Promise<void> {
  const { aws, io, stack } = context;
  const deployment = await findDeployment(aws, stack);
  const client = requireClient(deployment, clientName);
  const overlapSeconds = now ? 0 : overlap;
  if (overlapSeconds !== 0) await requireNoneEnding(context, client, yes);

  const versionId = randomUUID();
  const elapsed = await invokeRotationFunction(
    context,
    client.rotationFunction,
    {
      operation: 'rotate',
      secretId: client.secretId,
      versionId,
      ...(overlapSeconds !== undefined && { overlapSeconds }),
    },
    {
      label: `Rotating the token of client ${client.name}`,
      advice: `\`${context.commandLine('list')}\` says which tokens are valid now.`,
    },
  );

  const after = await readIssuedTokens(aws, client, versionId);
  const [current, old] = (after?.verifiers ?? []).map((verifier) => tokenInfo(verifier, io.now()));
  if (current === undefined) {
    throw new Problem(
      `Client ${client.name} has a new token, which cannot be read yet: \`${context.commandLine('list')}\` says when it can.`,
    );
  }
  const seconds = (elapsed / 1_000).toFixed(1);
  context.answer(
    {
      client: client.name,
      tokenId: current.id,
      previous: old ? { id: old.id, validUntil: isoTime(old.expiresAt) } : null,
      seconds: Number(seconds),
    },
    [
      `Token ${current.id} is now the current one of client ${client.name} (${seconds} s).`,
      old?.expiresAt === undefined
        ? 'No older token is accepted.'
        : `Token ${old.id}, the old one, is valid until ${formatTime(old.expiresAt)} (${formatDuration(old.expiresAt - io.now())}).`,
      `Read the new one with: ${context.commandLine(`show ${client.name}`)}`,
    ],
  );
}

/** A second rotation ends all but the token that it replaces, also for callers that still use an older one. */
async function requireNoneEnding(
  { aws, io }: Context,
  client: Client,
  yes: boolean | undefined,
): Promise<void> {
  const now = io.now();
  const before = await readIssuedTokens(aws, client);
  if (before === null) {
    const question = `The secret of client ${client.name} holds something else than its tokens: every older one would end now. Go on?`;
    return requireYes(io, question, yes);
  }
  const ending = before?.verifiers
    .map((verifier) => tokenInfo(verifier, now))
    .find(({ state }) => state === 'ending');
  if (ending?.expiresAt === undefined) return;
  await requireYes(
    io,
    `Client ${client.name} is in the middle of a rotation: token ${ending.id}, valid until ${formatTime(ending.expiresAt)}, would end now. Go on?`,
    yes,
  );
}
