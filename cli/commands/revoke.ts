import { randomUUID } from 'node:crypto';
import { type Context, requireYes } from '../context.ts';
import { findDeployment, requireClient } from '../deployment.ts';
import { invokeRotationFunction } from '../invoke-rotation-function.ts';
import { readIssuedTokens, tokenInfo } from '../issued-tokens.ts';

/** Options of `revoke`. */
export interface RevokeOptions {
  /** Revokes the older tokens only. */
  readonly previous?: boolean;
  readonly yes?: boolean;
}

/** `revoke CLIENT`: ends tokens now. */
export async function revoke(
  context: Context,
  clientName: string,
  { previous, yes }: RevokeOptions,
): Promise<void> {
  const { aws, io, stack } = context;
  const deployment = await findDeployment(aws, stack);
  const client = requireClient(deployment, clientName);
  const { name } = client;
  await requireYes(
    io,
    previous
      ? `End every older token of client ${name} now? Its current one stays valid.`
      : `End every token of client ${name} now? It is refused until it has a new one.`,
    yes,
  );

  const versionId = randomUUID();
  const tokens = previous ? 'previous' : 'all';
  const elapsed = await invokeRotationFunction(
    context,
    client.rotationFunction,
    { operation: 'revoke', secretId: client.secretId, versionId, tokens },
    {
      label: `Revoking tokens of client ${name}`,
      advice:
        'The tokens may still be accepted: repeat the command until it says that they are revoked.',
    },
  );

  const after = await readIssuedTokens(aws, client, versionId);
  const current = after?.verifiers
    .map((verifier) => tokenInfo(verifier, io.now()))
    .find(({ state }) => state === 'current');
  const seconds = (elapsed / 1_000).toFixed(1);
  context.answer(
    {
      client: name,
      revoked: tokens,
      currentTokenId: current?.id ?? null,
      seconds: Number(seconds),
    },
    previous
      ? [
          `The older tokens of client ${name} are revoked (${seconds} s).`,
          current ? `Its current token ${current.id} stays valid.` : 'It has no current token.',
        ]
      : [
          `Every token of client ${name} is revoked (${seconds} s).`,
          `Issue a new one with: ${context.commandLine(`rotate ${name}`)}`,
        ],
  );
}
