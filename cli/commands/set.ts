import type { Grant } from '../../lambda/contract/access/permission.ts';
import type { ClientState } from '../../lambda/contract/table/token-item.ts';
import { UsageProblem } from '../../terminal/problem.ts';
import type { Context } from '../context.ts';
import { findDeployment } from '../deployment.ts';
import { sourceLines } from '../source-texts.ts';
import { waitForClientFunction } from '../table/ask-client-function.ts';
import { tableClientJson } from '../table/listed-table-clients.ts';
import { requireInTable } from '../table/require-in-table.ts';
import { requirePlan } from '../table/table-options.ts';
import { pendingLines } from '../table/token-hand-over.ts';

/** Options of `set`: what is left out stays as it is. */
export interface SetOptions {
  readonly permissions?: readonly Grant[];
  readonly plan?: string;
  readonly state?: ClientState;
  readonly sources?: readonly string[];
  readonly anySource?: true;
}

/** `set CLIENT`: changes a client of the table, and all its tokens with it. */
export async function set(
  context: Context,
  clientName: string,
  { permissions, plan, state, ...options }: SetOptions,
): Promise<void> {
  const { aws, io, stack } = context;
  const sources = options.anySource ? [] : options.sources;
  if ([permissions, plan, state, sources].every((change) => change === undefined)) {
    throw new UsageProblem(
      'There is nothing to set: add --permissions, --plan, --state, --sources or --any-source.',
    );
  }
  const deployment = await findDeployment(aws, stack);
  const { table, client } = await requireInTable(context, deployment, clientName);
  if (plan !== undefined) requirePlan(table, plan);

  const { answer, seconds } = await waitForClientFunction(
    context,
    table,
    {
      operation: 'set',
      client: client.client,
      ...(permissions !== undefined && { permissions }),
      ...(plan !== undefined && { plan }),
      ...(state !== undefined && { state }),
      ...(sources !== undefined && { allowedSources: sources }),
    },
    {
      label: `Changing client ${client.client}`,
      advice: 'A part of it may be done: repeat the command until it says that all is.',
    },
  );
  context.answer({ ...tableClientJson(answer, io.now()), seconds: Number(seconds) }, [
    `Client ${answer.client}, in the client table, is ${answer.state} (${seconds} s).`,
    `permissions: ${answer.permissions.join(' ')}`,
    ...(answer.plan === undefined ? [] : [`plan: ${answer.plan}`]),
    ...sourceLines(answer.allowedSources),
  ]);
  if (context.isJson) return;
  for (const line of pendingLines(answer, io.now())) context.hint(line);
  if (answer.isInCode) {
    context.hint(
      "The app's code has a client of this name too: while it is there, that one decides.",
    );
  }
  if (answer.plan !== client.plan) {
    context.hint('Its API key is in another plan now: for some seconds it may get 403.');
  }
}
