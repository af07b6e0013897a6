import {
  lastUsedFields,
  lastUsedQuery,
  MAX_QUERIED_TOKENS,
} from '../lambda/contract/wiring/last-used-query.ts';
import { Problem } from '../terminal/problem.ts';
import { startSpinner } from '../terminal/spinner.ts';
import type { LogQueryProgress } from './aws/aws.ts';
import type { Context } from './context.ts';

const POLL_MS = 1_000;
/** A query that takes longer than five minutes is stopped. */
const MAX_POLLS = 300;

/** When tokens were last used, or why that cannot be told. */
export type LastUsed =
  | {
      /**
       * By token id, in milliseconds since 1970; a token that is not in it was not used in the time that
       * was asked for.
       */
      readonly times: ReadonlyMap<string, number>;
      readonly reason?: undefined;
    }
  | {
      readonly times?: undefined;
      /** One sentence. */
      readonly reason: string;
    };

/**
 * Asks the access log when each of some tokens was last used: came with a request that the authorizer
 * knew it for. A query costs money by what it scans.
 *
 * @param logGroups ARNs of the access log's groups
 * @param from no earlier than this, in milliseconds since 1970
 */
export async function readLastUsed(
  context: Context,
  logGroups: readonly string[],
  tokenIds: readonly string[],
  from: number,
): Promise<LastUsed> {
  if (logGroups.length === 0) {
    const reason = 'The stack has no access log of its API among its outputs.';
    return { reason };
  }
  const times = new Map<string, number>();
  try {
    for (let i = 0; i < tokenIds.length; i += MAX_QUERIED_TOKENS) {
      const text = lastUsedQuery(tokenIds.slice(i, i + MAX_QUERIED_TOKENS));
      for (const row of await runQuery(context, logGroups, text, from)) {
        const { [lastUsedFields.tokenId]: id = '', [lastUsedFields.time]: time } = row;
        if (id === '' || !Number.isFinite(Number(time ?? Number.NaN))) {
          return {
            reason: 'CloudWatch Logs gave an answer that this command does not understand.',
          };
        }
        times.set(id, Number(time));
      }
    }
  } catch (error) {
    if (error instanceof Problem) return { reason: error.message };
    throw error;
  }
  return { times };
}

async function runQuery(
  { io, aws }: Context,
  logGroups: readonly string[],
  text: string,
  from: number,
): Promise<LogQueryProgress['rows']> {
  let scanned = 0;
  using _spinner = startSpinner(
    io,
    () => `Asking the access log, ${(scanned / 1e9).toFixed(1)} GB read`,
  );
  const queryId = await aws.startLogQuery({ logGroups, text, from, to: io.now() });
  for (let polls = 0; polls < MAX_POLLS; polls++) {
    const { state, rows, bytesScanned } = await aws.logQueryProgress(queryId);
    if (state === 'done') return rows;
    if (state === 'failed') {
      throw new Problem(
        'CloudWatch Logs did not finish the query: repeat the command in a minute.',
      );
    }
    scanned = bytesScanned;
    await io.wait(POLL_MS);
  }
  await aws.stopLogQuery(queryId);
  throw new Problem('CloudWatch Logs took longer than five minutes: ask for fewer days.');
}
