import type { RegisteredClient } from '../contract/client-registry.ts';
import { digestOf } from '../contract/token-digest.ts';
import { parseTokenList } from '../contract/token-list.ts';
import type { Log, LogLevel } from '../log.ts';

/** Whose token has this digest, and until when (milliseconds since 1970, or {@link NEVER}). */
export interface Verified {
  readonly client: RegisteredClient;
  readonly until: number;
}

/** The last moment that a `Date` can hold: a token without an expiry is accepted until then. */
export const NEVER = 8.64e15;

/**
 * Reads every client's environment variable into one table, keyed by digest. A client whose
 * variable is missing, empty or unresolved is left out, and so is a malformed entry; the log names
 * the variable and never shows a value. A token that two clients share opens nothing.
 *
 * @throws Error if no token is left: the function must fail at init, where an alarm sees it, and
 *   not answer every client with a 401
 */
export function readVerifiers(
  clients: readonly RegisteredClient[],
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): ReadonlyMap<string, Verified> {
  const report = (level: LogLevel, reason: string) => log(level, { event: 'config', reason });
  const table = new Map<string, Verified>();
  const shared = new Set<string>();
  for (const client of clients) {
    const { name, variable } = client;
    const entries = parseTokenList(env[variable] ?? '');
    if (entries.length === 0) {
      report('WARN', `${variable} is missing or empty: ${name} is skipped`);
    } else if (env[variable]?.trim().startsWith('{{resolve:')) {
      report('ERROR', `${variable} is not resolved: ${name} is skipped`);
      continue;
    }
    entries.forEach((entry, index) => {
      if (entry === null) {
        report('ERROR', `entry ${index + 1} of ${variable} is malformed`);
        return;
      }
      const { until = NEVER } = entry;
      const digest = entry.digest ?? digestOf(entry.token);
      const known = table.get(digest);
      if (known && known.client !== client) {
        shared.add(digest);
        report('ERROR', `${known.client.name} and ${name} share a token, accepted for neither`);
      } else if (!known || until < known.until) {
        // Listed twice: the shorter life counts, so that an added `until` is never undone.
        table.set(digest, { client, until });
      }
    });
  }
  for (const digest of shared) table.delete(digest);
  if (table.size === 0) throw new Error('no API token is configured');
  return table;
}
