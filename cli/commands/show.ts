import { Problem } from '../../terminal/problem.ts';
import { type Context, requireYes } from '../context.ts';
import { findDeployment } from '../deployment.ts';
import { findClient } from '../find-client.ts';
import { readIssuedTokens } from '../issued-tokens.ts';

/**
 * `show CLIENT`: the client's current token, alone on standard output.
 *
 * @throws Problem if the client has none
 */
export async function show(
  context: Context,
  clientName: string,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const { aws, io, stack, isJson } = context;
  const { kind, client } = await findClient(context, await findDeployment(aws, stack), clientName);
  if (kind === 'table') {
    const next = context.commandLine(`rotate ${client.client}`);
    throw new Problem(
      `Client ${client.client} is in the client table, which holds no token: \`${next}\` issues a new one, and prints it.`,
    );
  }
  const found = await readIssuedTokens(aws, client);
  if (found === null) {
    const next = context.commandLine(`rotate ${client.name} --now`);
    throw new Problem(
      `The secret of client ${client.name} holds something else than its token: \`${next}\` issues a new one, and ends all older ones.`,
    );
  }
  if (found?.token === undefined) {
    const reason = found ? 'Every token of this client is revoked' : 'This client has no token yet';
    const next = context.commandLine(`rotate ${client.name}`);
    throw new Problem(`${reason}: \`${next}\` issues a new one.`);
  }
  if (io.stdout.isTTY) {
    await requireYes(io, `Show the token of client ${client.name} on this screen?`, yes);
  }
  context.answer({ client: client.name, kind, token: found.token }, [found.token]);
  if (!isJson) {
    context.hint('This is a credential: hand it over on a channel that you trust with a password.');
  }
}
