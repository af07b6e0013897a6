import type { RegisteredClient } from '../contract/access/client-registry.ts';
import { digestOf } from '../contract/token/token-digest.ts';
import { parseTokenList } from '../contract/token/token-list.ts';
import { MISSING, variableFault } from '../contract/wiring/variables.ts';
import type { Log, LogLevel } from '../log.ts';
import { misplacement } from './misplaced-token.ts';

/** Later than any time that can be written. */
const NEVER = Infinity;

/** As much of a client as says which tokens are its own. */
export type TokenOwner = Pick<RegisteredClient, 'name' | 'variable' | 'permissions'>;

/** A token that the environment lists, and whose it is. */
export interface KnownToken<T, C extends TokenOwner = RegisteredClient> {
  /** The token's SHA-256, as one character a byte. */
  readonly digest: string;
  readonly client: C;
  /** Milliseconds since 1970; without it, the token has no end. */
  readonly expiresAt: number | undefined;
  /** What the token's first use built, for those that follow. */
  result: T | undefined;
}

/**
 * Reads every client's environment variable. A client whose variable is missing, empty or unresolved
 * is left out, and so is a malformed entry; the log names the variable and never shows a value. A
 * token that two clients share opens nothing.
 *
 * A plain token of another client is reported here, before anybody sends it. It stays in the list:
 * what stands as a digest is found out only by its use, and both are refused there alike.
 *
 * @returns one for each token
 */
export function readKnownTokens<T, C extends TokenOwner = RegisteredClient>(
  clients: readonly C[],
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): KnownToken<T, C>[] {
  const report = (level: LogLevel, reason: string) => log(level, { event: 'config', reason });

  const table = new Map<string, KnownToken<T, C>>();
  const shared = new Set<string>();
  for (const client of clients) {
    const { name, variable } = client;
    const value = env[variable] ?? '';
    const fault = variableFault(value);
    if (fault !== undefined) {
      report(fault === MISSING ? 'WARN' : 'ERROR', `${variable} ${fault}: ${name} is skipped`);
      continue;
    }
    for (const [index, entry] of parseTokenList(value).entries()) {
      if (!entry) {
        report('ERROR', `entry ${index + 1} of ${variable} is malformed`);
        continue;
      }
      const misplaced = entry.token === undefined ? undefined : misplacement(entry.token, client);
      if (misplaced !== undefined) report('ERROR', misplaced);
      const { expiresAt } = entry;
      const digest = Buffer.from(entry.digest ?? digestOf(entry.token), 'base64url').toString(
        'binary',
      );
      const known = table.get(digest);
      if (known && known.client !== client) {
        shared.add(digest);
        report('ERROR', `${known.client.name} and ${name} share a token, accepted for neither`);
      } else if (!known || (expiresAt ?? NEVER) < (known.expiresAt ?? NEVER)) {
        // Listed twice: the shorter life counts, so that an added `until` is never undone.
        table.set(digest, { digest, client, expiresAt, result: undefined });
      }
    }
  }
  for (const digest of shared) table.delete(digest);
  return [...table.values()];
}

/**
 * Makes sure that there are tokens at all. Without any, the function must fail at init, where an alarm
 * sees it, and not answer every client with a 401.
 *
 * @throws Error if there is none
 */
export function requireTokens(knownTokens: readonly unknown[]): void {
  if (knownTokens.length === 0) throw new Error('no API token is configured');
}
