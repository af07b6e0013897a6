import { isClientName } from '../lambda/contract/access/client-name.ts';
import type { ClientDetails } from '../lambda/contract/wiring/client-operation.ts';
import type { ClientTableOutput } from '../lambda/contract/wiring/client-table-output.ts';
import { Problem } from '../terminal/problem.ts';
import type { Context } from './context.ts';
import type { Client, Deployment } from './deployment.ts';
import { waitForClientFunction } from './table/ask-client-function.ts';

/** A client of the table, with the table. */
export interface TableClient {
  readonly kind: 'table';
  readonly table: ClientTableOutput;
  readonly client: ClientDetails;
}

/** A client of either kind. */
export type FoundClient = { readonly kind: 'code'; readonly client: Client } | TableClient;

/**
 * The client with this name: the one in code, which decides while there is one, or the table's.
 *
 * @throws Problem if there is none
 */
export async function findClient(
  context: Context,
  deployment: Deployment,
  name: string,
): Promise<FoundClient> {
  const client = deployment.clients.find((each) => each.name === name);
  if (client !== undefined) return { kind: 'code', client };
  const { table } = deployment;
  const found = table && (await findInTable(context, table, name));
  if (found) return found;
  throw noSuchClient(context, deployment);
}

/**
 * The client of the table with this name; `undefined` if there is none.
 *
 * @param advice what to do if it cannot be read
 */
export async function findInTable(
  context: Context,
  table: ClientTableOutput,
  name: string,
  advice = 'Nothing was changed.',
): Promise<TableClient | undefined> {
  if (!isClientName(name)) return undefined;
  const { answer } = await waitForClientFunction(
    context,
    table,
    { operation: 'get', client: name },
    { label: 'Reading the client table', advice },
  );
  return answer === null ? undefined : { kind: 'table', table, client: answer };
}

/** What was asked for is not repeated: it might be a token. */
export function noSuchClient(context: Context, { clients, table }: Deployment): Problem {
  const next =
    table === undefined
      ? `choose one of ${clients.map((each) => each.name).join(', ')}`
      : `\`${context.commandLine('list')}\` has those that there are`;
  return new Problem(`The stack has no client of this name: ${next}.`);
}
