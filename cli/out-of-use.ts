import { type Context, requireYes } from './context.ts';
import { formatDuration, formatTime } from './duration.ts';
import { readLastUsed } from './last-used.ts';

const HOUR_MS = 3_600_000;

/**
 * Asks the operator if one of some tokens was used within the last hour, or if that cannot be told.
 *
 * @param logGroups ARNs of the access log's groups
 * @throws UsageProblem if there is no terminal to ask at; Problem if the answer is no
 */
export async function requireOutOfUse(
  context: Context,
  logGroups: readonly string[],
  tokenIds: readonly string[],
): Promise<void> {
  if (tokenIds.length === 0) return;
  const { io } = context;
  const now = io.now();
  const { times, reason } = await readLastUsed(context, logGroups, tokenIds, now - HOUR_MS);
  if (times === undefined) {
    const question = `Whether a partner still uses an older token cannot be told. ${reason} End them all the same?`;
    return requireYes(io, question, false);
  }
  for (const [id, time] of times) {
    const question = `Token ${id}, an older one, was used ${formatDuration(now - time)} ago, at ${formatTime(time)}: whoever did so gets 401 from now on. End it all the same?`;
    await requireYes(io, question, false);
  }
}
