import { newToken } from '../../lambda/contract/token/new-token.ts';
import { digestOf } from '../../lambda/contract/token/token-digest.ts';
import { type Context, requireYes } from '../context.ts';
import { isoTime } from '../duration.ts';
import type { TableClient } from '../find-client.ts';
import { tokenState } from '../issued-tokens.ts';
import { endingQuestion, oldTokenLine, type RotationOptions } from '../rotation-texts.ts';
import { waitForClientFunction } from './ask-client-function.ts';
import { currentIdOf } from './listed-table-clients.ts';
import { handOver, pendingLines, requireScreen } from './token-hand-over.ts';

/** Makes a new token for a client of the table, and prints it; only its digest goes to AWS. */
export async function rotateInTable(
  context: Context,
  { table, client }: TableClient,
  { overlapSeconds, yes }: RotationOptions,
): Promise<void> {
  const { io } = context;
  const name = client.client;
  const tokens = client.tokens.map(({ id, expiresAt }) => ({ id, expiresAt }));
  const question = endingQuestion(name, tokens, io.now());
  if (overlapSeconds !== 0 && question !== undefined) await requireYes(io, question, yes);
  await requireScreen(context, `Show the new token of client ${name} on this screen?`, yes);

  const token = newToken(table.tokenPrefix, name);
  const { answer, seconds } = await waitForClientFunction(
    context,
    table,
    {
      operation: 'rotate',
      client: name,
      digest: digestOf(token),
      ...(overlapSeconds !== undefined && { overlapSeconds }),
      ...currentIdOf(client),
    },
    {
      label: `Rotating the token of client ${name}`,
      advice: `\`${context.commandLine('list')}\` says which tokens are valid now: nobody has a new one that it shows, and \`${context.commandLine(`rotate ${name}`)}\` replaces it.`,
    },
  );
  const [current, ...older] = answer.tokens;
  const [old] = older
    .map(({ id, expiresAt }) => ({ id, expiresAt }))
    .filter(({ expiresAt }) => tokenState(expiresAt, io.now()) === 'ending');
  handOver(context, {
    token,
    answer: {
      client: name,
      kind: 'table',
      tokenId: current?.id ?? null,
      previous: old ? { id: old.id, validUntil: isoTime(old.expiresAt) } : null,
      seconds: Number(seconds),
    },
    lines: [
      `Token ${current?.id} is now the current one of client ${name}, in the client table (${seconds} s).`,
      oldTokenLine(old, io.now()),
      ...pendingLines(answer, io.now()),
    ],
  });
}
