import type { ClientView } from '../../lambda/contract/wiring/client-operation.ts';
import { type Context, requireYes } from '../context.ts';
import { formatDuration, formatTime } from '../duration.ts';

/**
 * Asks before a token goes to a terminal.
 *
 * @throws UsageProblem if there is no terminal to ask at; Problem if the answer is no
 */
export async function requireScreen(
  { io }: Context,
  question: string,
  yes: boolean | undefined,
): Promise<void> {
  if (io.stdout.isTTY) await requireYes(io, question, yes);
}

/**
 * Prints a new token, alone on standard output: it exists nowhere else.
 *
 * @param lines what people should know besides
 */
export function handOver(
  context: Context,
  { token, answer, lines }: { token: string; answer: object; lines: readonly string[] },
): void {
  context.answer({ ...answer, token }, [token]);
  if (context.isJson) return;
  for (const line of lines) context.hint(line);
  context.hint(
    'This is a credential, and shown only now: hand it over on a channel that you trust with a password.',
  );
}

/** Until when a client cannot call, and why; nothing unless it is pending. */
export function pendingLines({ client, state, readyAt }: ClientView, now: number): string[] {
  if (state !== 'pending' || readyAt === undefined) return [];
  return [
    `Client ${client} cannot call before ${formatTime(readyAt)} (${formatDuration(readyAt - now)}): API Gateway learns late of its new API key. Until then it gets 401.`,
  ];
}
