import { digestOf } from '../../lambda/contract/token/token-digest.ts';
import {
  type ImportedClient,
  MAX_IMPORTED,
  type NewClient,
} from '../../lambda/contract/wiring/client-operation.ts';
import type { ClientTableOutput } from '../../lambda/contract/wiring/client-table-output.ts';
import { messageOf, Problem } from '../../terminal/problem.ts';
import type { Context } from '../context.ts';
import { askClientFunction } from '../table/ask-client-function.ts';
import type { FailedLine, ImportLine } from './csv-clients.ts';
import type { TokensFile } from './tokens-file.ts';

/** What became of the lines of a file. */
export interface ImportReport {
  readonly created: number;
  readonly unchanged: number;
  readonly failed: readonly FailedLine[];
  /** Lines that were not sent, or whose answer is lost. */
  readonly left: number;
  /** Why the import stopped before its end. */
  readonly problem?: string;
  /** How many of the clients cannot call yet, and from when all can, in milliseconds since 1970. */
  readonly pending: number;
  readonly readyAt?: number;
}

/**
 * Sends lines to the client function, a hundred at once. A client that is there already, just so, counts
 * as unchanged: what was cut short goes on with the same file.
 *
 * @param tokens where the tokens of lines without a digest are, and go
 * @param onDone is told how many lines have their answer
 */
export async function importLines(
  context: Context,
  table: ClientTableOutput,
  lines: readonly ImportLine[],
  tokens: TokensFile | undefined,
  onDone: (count: number) => void,
): Promise<ImportReport> {
  const outcomes: (ImportedClient & { readonly line: number })[] = [];
  let problem: string | undefined;
  for (let i = 0; i < lines.length && problem === undefined; i += MAX_IMPORTED) {
    const batch = lines.slice(i, i + MAX_IMPORTED);
    try {
      outcomes.push(...(await importBatch(context, table, batch, tokens)));
      onDone(batch.length);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem = messageOf(error);
    }
  }
  const ready = outcomes.flatMap(({ readyAt }) => readyAt ?? []);
  return {
    created: count(outcomes, 'created'),
    unchanged: count(outcomes, 'unchanged'),
    failed: outcomes
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ line, client, reason = '' }) => ({ line, client, reason })),
    left: lines.length - outcomes.length,
    pending: ready.length,
    ...(ready.length > 0 && { readyAt: Math.max(...ready) }),
    ...(problem !== undefined && { problem }),
  };
}

async function importBatch(
  context: Context,
  table: ClientTableOutput,
  batch: readonly ImportLine[],
  tokens: TokensFile | undefined,
): Promise<(ImportedClient & { readonly line: number })[]> {
  const withoutDigest = batch.filter(({ digest }) => digest === undefined);
  const made = tokens?.tokensOf(withoutDigest.map(({ client }) => client));
  const clients = batch.map(
    ({ line: _line, ...client }): NewClient => ({
      ...client,
      digest: client.digest ?? digestOf(made?.get(client.client) ?? ''),
    }),
  );
  const answer = await askClientFunction(context, table, { operation: 'import', clients }, '');
  return batch.map(({ line, client }) => {
    const outcome = answer.find((each) => each.client === client);
    if (outcome !== undefined) return { ...outcome, line };
    throw new Problem(`The client function did not answer for client ${client}.`);
  });
}

const count = (outcomes: readonly ImportedClient[], outcome: ImportedClient['outcome']) =>
  outcomes.filter((each) => each.outcome === outcome).length;
