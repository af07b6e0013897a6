import { randomUUID } from 'node:crypto';
import { type Context, requireYes } from '../context.ts';
import { type Client, type Deployment, findDeployment } from '../deployment.ts';
import { type FoundClient, findClient, type TableClient } from '../find-client.ts';
import { invokeRotationFunction } from '../invoke-rotation-function.ts';
import { readIssuedTokens, type TokenInfo, tokenInfo, tokenState } from '../issued-tokens.ts';
import { requireOutOfUse } from '../out-of-use.ts';
import { waitForClientFunction } from '../table/ask-client-function.ts';
import { endOutdatedCopy } from '../table/end-outdated-copy.ts';
import { currentIdOf } from '../table/listed-table-clients.ts';

/** Options of `revoke`. */
export interface RevokeOptions {
  /** Revokes the older tokens only. */
  readonly previous?: boolean;
  readonly yes?: boolean;
}

/** The end of `revoke --help`. */
export const REVOKE_HELP = `
--previous asks again if an older token was used within the last hour. It asks the stack's access log, by
CloudWatch Logs Insights, which costs by what it reads: $0.005 per GB in us-east-1. With --yes it does not.`;

/** `revoke CLIENT`: ends tokens now. */
export async function revoke(
  context: Context,
  clientName: string,
  { previous, yes }: RevokeOptions,
): Promise<void> {
  const deployment = await findDeployment(context.aws, context.stack);
  const found = await findClient(context, deployment, clientName);
  const name = found.kind === 'table' ? found.client.client : found.client.name;
  await requireYes(
    context.io,
    previous
      ? `End every older token of client ${name} now? Its current one stays valid.`
      : `End every token of client ${name} now? It is refused until it has a new one.`,
    yes,
  );
  if (previous && !yes) await requireOlderOutOfUse(context, deployment, found);

  const tokens = previous ? 'previous' : 'all';
  const { currentId, seconds } =
    found.kind === 'table'
      ? await revokeInTable(context, found, tokens)
      : await revokeInCode(context, found.client, tokens);
  const copyLines =
    found.kind === 'code' ? await endOutdatedCopy(context, deployment, name, currentId) : [];
  context.answer(
    {
      client: name,
      kind: found.kind,
      revoked: tokens,
      currentTokenId: currentId ?? null,
      seconds: Number(seconds),
    },
    previous
      ? [
          `The older tokens of client ${name} are revoked (${seconds} s).`,
          currentId ? `Its current token ${currentId} stays valid.` : 'It has no current token.',
          ...copyLines,
        ]
      : [
          `Every token of client ${name} is revoked (${seconds} s).`,
          `Issue a new one with: ${context.commandLine(`rotate ${name}`)}`,
          ...copyLines,
        ],
  );
}

/** What became of a revocation. */
interface Revoked {
  /** The id of the token that is still valid, and has no end. */
  readonly currentId: string | undefined;
  readonly seconds: string;
}

const texts = (name: string) => ({
  label: `Revoking tokens of client ${name}`,
  advice:
    'The tokens may still be accepted: repeat the command until it says that they are revoked.',
});

async function revokeInCode(
  context: Context,
  client: Client,
  tokens: 'previous' | 'all',
): Promise<Revoked> {
  const { aws, io } = context;
  const versionId = randomUUID();
  const elapsed = await invokeRotationFunction(
    context,
    client.rotationFunction,
    { operation: 'revoke', secretId: client.secretId, versionId, tokens },
    texts(client.name),
  );
  const after = await readIssuedTokens(aws, client, versionId);
  const current = after?.verifiers
    .map((verifier) => tokenInfo(verifier, io.now()))
    .find(({ state }) => state === 'current');
  return { currentId: current?.id, seconds: (elapsed / 1_000).toFixed(1) };
}

async function revokeInTable(
  context: Context,
  { table, client }: TableClient,
  tokens: 'previous' | 'all',
): Promise<Revoked> {
  const { answer, seconds } = await waitForClientFunction(
    context,
    table,
    { operation: 'revoke', client: client.client, tokens, ...currentIdOf(client) },
    texts(client.client),
  );
  const current = answer.tokens.find(({ expiresAt }) => expiresAt === undefined);
  return { currentId: current?.id, seconds };
}

/** Asks again if a partner still uses a token that would end. */
async function requireOlderOutOfUse(
  context: Context,
  deployment: Deployment,
  found: FoundClient,
): Promise<void> {
  const now = context.io.now();
  const tokens: readonly Pick<TokenInfo, 'id' | 'state'>[] =
    found.kind === 'table'
      ? found.client.tokens.map(({ id, expiresAt }) => ({ id, state: tokenState(expiresAt, now) }))
      : ((await readIssuedTokens(context.aws, found.client))?.verifiers ?? []).map((verifier) =>
          tokenInfo(verifier, now),
        );
  const older = tokens.filter(({ state }) => state === 'ending').map(({ id }) => id);
  await requireOutOfUse(context, deployment.logGroups, older);
}
