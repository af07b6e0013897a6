import { Problem } from '../../terminal/problem.ts';
import type { Context } from '../context.ts';
import { type Deployment, requireTable } from '../deployment.ts';
import { findInTable, noSuchClient, type TableClient } from '../find-client.ts';

/**
 * The client of the table with this name, for what only the table's clients can have done to them.
 *
 * @throws Problem if there is none
 */
export async function requireInTable(
  context: Context,
  deployment: Deployment,
  name: string,
): Promise<TableClient> {
  const inCode = deployment.clients.find((each) => each.name === name);
  const found =
    inCode && deployment.table === undefined
      ? undefined
      : await findInTable(context, requireTable(deployment), name);
  if (found !== undefined) return found;
  if (inCode === undefined) throw noSuchClient(context, deployment);
  throw new Problem(`Client ${inCode.name} is in the app's code: change it there, and deploy.`);
}
