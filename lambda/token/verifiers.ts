import type { RegisteredClient } from '../contract/client-registry.ts';
import { digestOf } from '../contract/token-digest.ts';
import { parseTokenList } from '../contract/token-list.ts';
import type { Log, LogLevel } from '../log.ts';

/** Later than any time that can be written. */
const NEVER = Infinity;

/** Whose token has this digest, and until when. */
export interface Verified<T> {
  /** As one character a byte. */
  readonly digest: string;
  readonly client: RegisteredClient;
  /** Milliseconds since 1970; without it, the token has no end. */
  readonly until: number | undefined;
  /** What a user of the token keeps with it, from its first use on. */
  kept: T | undefined;
}

/**
 * Reads every client's environment variable. A client whose variable is missing, empty or unresolved
 * is left out, and so is a malformed entry; the log names the variable and never shows a value. A
 * token that two clients share opens nothing.
 *
 * @returns one for each token
 * @throws Error if no token is left: the function must fail at init, where an alarm sees it, and
 *   not answer every client with a 401
 */
export function readVerifiers<T>(
  clients: readonly RegisteredClient[],
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): Verified<T>[] {
  const report = (level: LogLevel, reason: string) => log(level, { event: 'config', reason });

  const table = new Map<string, Verified<T>>();
  const shared = new Set<string>();
  for (const client of clients) {
    const { name, variable } = client;
    const value = env[variable]?.trim() ?? '';
    const problem =
      value === '' ? 'missing or empty' : value.startsWith('{{resolve:') && 'not resolved';
    if (problem) {
      report(value ? 'ERROR' : 'WARN', `${variable} is ${problem}: ${name} is skipped`);
      continue;
    }
    for (const [index, entry] of parseTokenList(value).entries()) {
      if (!entry) {
        report('ERROR', `entry ${index + 1} of ${variable} is malformed`);
        continue;
      }
      const { until } = entry;
      const digest = Buffer.from(entry.digest ?? digestOf(entry.token), 'base64url').toString(
        'binary',
      );
      const known = table.get(digest);
      if (known && known.client !== client) {
        shared.add(digest);
        report('ERROR', `${known.client.name} and ${name} share a token, accepted for neither`);
      } else if (!known || (until ?? NEVER) < (known.until ?? NEVER)) {
        // Listed twice: the shorter life counts, so that an added `until` is never undone.
        table.set(digest, { digest, client, until, kept: undefined });
      }
    }
  }
  for (const digest of shared) table.delete(digest);
  if (table.size === 0) throw new Error('no API token is configured');
  return [...table.values()];
}
