import type { Grant } from '../../lambda/contract/access/permission.ts';
import { newToken } from '../../lambda/contract/token/new-token.ts';
import { digestOf } from '../../lambda/contract/token/token-digest.ts';
import { Problem } from '../../terminal/problem.ts';
import type { Context } from '../context.ts';
import { findDeployment, requireTable } from '../deployment.ts';
import { sourceLines } from '../source-texts.ts';
import { waitForClientFunction } from '../table/ask-client-function.ts';
import { tableClientJson } from '../table/listed-table-clients.ts';
import { requirePlan } from '../table/table-options.ts';
import { handOver, pendingLines, requireScreen } from '../table/token-hand-over.ts';

/** Options of `create`. */
export interface CreateOptions {
  readonly permissions: readonly Grant[];
  readonly plan?: string;
  readonly sources?: readonly string[];
  readonly yes?: boolean;
}

/**
 * `create CLIENT`: adds a client to the table, and prints its token. The token is made here; only its
 * digest goes to AWS.
 */
export async function create(
  context: Context,
  client: string,
  { permissions, plan, sources, yes }: CreateOptions,
): Promise<void> {
  const { aws, io, stack } = context;
  const deployment = await findDeployment(aws, stack);
  const table = requireTable(deployment);
  if (deployment.clients.some(({ name }) => name === client)) {
    throw new Problem(
      `Client ${client} is in the app's code, which decides while it is there: choose another name, or move the client with \`import\` and the digest of its token.`,
    );
  }
  requirePlan(table, plan);
  await requireScreen(context, `Show the token of the new client ${client} on this screen?`, yes);

  const token = newToken(table.tokenPrefix, client);
  const { answer, seconds } = await waitForClientFunction(
    context,
    table,
    {
      operation: 'create',
      client,
      permissions,
      ...(plan !== undefined && { plan }),
      ...(sources !== undefined && { allowedSources: sources }),
      digest: digestOf(token),
    },
    {
      label: `Creating client ${client}`,
      advice: `\`${context.commandLine('list')}\` says whether the client is there: if so, nobody has its token, and \`${context.commandLine(`rotate ${client} --now`)}\` issues another one.`,
    },
  );
  handOver(context, {
    token,
    answer: { ...tableClientJson(answer, io.now()), seconds: Number(seconds) },
    lines: [
      `Client ${client} is in the client table, with token ${answer.tokens[0]?.id} (${seconds} s).`,
      ...sourceLines(answer.allowedSources),
      ...pendingLines(answer, io.now()),
    ],
  });
}
