import { digestOf } from '../../lambda/contract/token/token-digest.ts';
import { parseToken } from '../../lambda/contract/token/token-format.ts';
import type { ClientView } from '../../lambda/contract/wiring/client-operation.ts';
import type { ClientTableOutput } from '../../lambda/contract/wiring/client-table-output.ts';
import type { Context } from '../context.ts';
import { formatTime } from '../duration.ts';
import { tokenInfo } from '../issued-tokens.ts';
import type { KnownVerdict } from '../token-verdict.ts';
import { waitForClientFunction } from './ask-client-function.ts';

/** Judges a token by the client table; `undefined` if no client of the table has it, or it has ended. */
export async function judgeInTable(
  context: Context,
  table: ClientTableOutput,
  token: string,
): Promise<KnownVerdict | undefined> {
  const digest = digestOf(token);
  const { answer } = await waitForClientFunction(
    context,
    table,
    { operation: 'find', digest },
    { label: 'Reading the client table', advice: 'Nothing was changed.' },
  );
  if (answer === null) return undefined;
  const { client: view, tokenId } = answer;
  const { expiresAt } = view.tokens.find(({ id }) => id === tokenId) ?? {};
  const info = tokenInfo({ digest, ...(expiresAt && { expiresAt }) }, context.io.now());
  const { permissions, allowedSources } = view;
  const client = { name: view.client, kind: 'table' as const, permissions, allowedSources };
  const warning = whyRefused(view) ?? whyNotLookedUp(table, token, view.client);
  return warning === undefined
    ? { status: 'valid', client, info }
    : { status: 'refused', client, info, warning };
}

/** Why no token of the client is accepted. */
function whyRefused({ client, state, readyAt, isInCode }: ClientView): string | undefined {
  if (isInCode) {
    return `the app's code has a client ${client} too, which decides while it is there`;
  }
  if (state === 'pending') {
    const until = readyAt === undefined ? '' : ` before ${formatTime(readyAt)}`;
    return `client ${client} cannot call${until}, as API Gateway learns late of its new API key`;
  }
  return state === 'active' ? undefined : `client ${client} is ${state}`;
}

/** Why the authorizer does not ask the table for this token, or refuses it by its form. */
function whyNotLookedUp(
  { importedKeys }: ClientTableOutput,
  token: string,
  name: string,
): string | undefined {
  const named = parseToken(token)?.clientName;
  if (named === undefined) {
    return importedKeys
      ? undefined
      : 'it has another form than the tokens of this stack, whose clientTable does not say importedKeys: true';
  }
  return named === name ? undefined : `it was made for client ${named}`;
}
