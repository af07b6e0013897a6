import type { Context } from '../context.ts';
import type { Deployment } from '../deployment.ts';
import { findInTable } from '../find-client.ts';
import { waitForClientFunction } from './ask-client-function.ts';

/**
 * Ends the tokens that the client table has of a client in code, unless they are the current one alone.
 * A client that moves to the table is in both for a while, and what the code does not accept any more
 * must not open the API again once the code has no such client.
 *
 * @param currentId the token that the code's client keeps; undefined: none
 * @returns what to tell the operator: lines, none if nothing was ended
 * @throws Problem if the client function fails: then the tokens in code are revoked all the same
 */
export async function endOutdatedCopy(
  context: Context,
  { table }: Deployment,
  name: string,
  currentId: string | undefined,
): Promise<readonly string[]> {
  if (table === undefined) return [];
  const advice = `The client in the app's code is done; the client table may have tokens of it as well: \`${context.commandLine(`revoke ${name} --previous`)}\` ends them.`;
  const copy = await findInTable(context, table, name, advice);
  if (!copy?.client.tokens.some(({ id }) => id !== currentId)) return [];
  await waitForClientFunction(
    context,
    table,
    { operation: 'revoke', client: name, tokens: 'all' },
    { label: `Revoking tokens of client ${name} in the client table`, advice },
  );
  return [
    `Its tokens in the client table are revoked as well: to move it there, \`${context.commandLine(`delete ${name}`)}\` and import it again.`,
  ];
}
