import { type Context, requireYes } from '../context.ts';
import { findDeployment } from '../deployment.ts';
import { waitForClientFunction } from '../table/ask-client-function.ts';
import { requireInTable } from '../table/require-in-table.ts';

/** `delete CLIENT`: ends every token of a client of the table, and removes it with its API key. */
export async function deleteClient(
  context: Context,
  clientName: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const { aws, io, stack } = context;
  const deployment = await findDeployment(aws, stack);
  const { table, client } = await requireInTable(context, deployment, clientName);
  const name = client.client;
  await requireYes(
    io,
    `Delete client ${name} from the client table? Every token of it ends now, and its API key and its usage go.`,
    yes,
  );
  const { seconds } = await waitForClientFunction(
    context,
    table,
    { operation: 'delete', client: name },
    {
      label: `Deleting client ${name}`,
      advice:
        'Its tokens may still be accepted: repeat the command until it says that there is no such client.',
    },
  );
  context.answer({ client: name, kind: 'table', deleted: true, seconds: Number(seconds) }, [
    `Client ${name} is deleted from the client table (${seconds} s).`,
  ]);
  if (!context.isJson && client.isInCode) {
    context.hint(`The client of this name in the app's code goes on as before.`);
  }
}
