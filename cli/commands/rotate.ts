import { randomUUID } from 'node:crypto';
import { Problem } from '../../terminal/problem.ts';
import { type Context, requireYes } from '../context.ts';
import { type Client, type Deployment, findDeployment } from '../deployment.ts';
import { isoTime } from '../duration.ts';
import { findClient } from '../find-client.ts';
import { invokeRotationFunction } from '../invoke-rotation-function.ts';
import { readIssuedTokens, tokenInfo } from '../issued-tokens.ts';
import { endingQuestion, oldTokenLine, type RotationOptions } from '../rotation-texts.ts';
import { endOutdatedCopy } from '../table/end-outdated-copy.ts';
import { rotateInTable } from '../table/rotate-in-table.ts';

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
  const deployment = await findDeployment(context.aws, context.stack);
  const found = await findClient(context, deployment, clientName);
  const options = { overlapSeconds: now ? 0 : overlap, yes };
  return found.kind === 'table'
    ? rotateInTable(context, found, options)
    : rotateInCode(context, deployment, found.client, options);
}

async function rotateInCode(
  context: Context,
  deployment: Deployment,
  client: Client,
  { overlapSeconds, yes }: RotationOptions,
): Promise<void> {
  const { aws, io } = context;
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
  const copyLines =
    overlapSeconds === 0 ? await endOutdatedCopy(context, deployment, client.name, current.id) : [];
  context.answer(
    {
      client: client.name,
      kind: 'code',
      tokenId: current.id,
      previous: old ? { id: old.id, validUntil: isoTime(old.expiresAt) } : null,
      seconds: Number(seconds),
    },
    [
      `Token ${current.id} is now the current one of client ${client.name} (${seconds} s).`,
      oldTokenLine(old, io.now()),
      `Read the new one with: ${context.commandLine(`show ${client.name}`)}`,
      ...copyLines,
    ],
  );
}

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
  const tokens = (before?.verifiers ?? []).map((verifier) => tokenInfo(verifier, now));
  const question = endingQuestion(client.name, tokens, now);
  if (question !== undefined) await requireYes(io, question, yes);
}
