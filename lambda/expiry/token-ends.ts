import { parseTokenList } from '../contract/token/token-list.ts';
import type { ClientVariable } from '../contract/wiring/token-ends-event.ts';

/** When a client's next token ends. */
export interface TokenEnd {
  readonly clientName: string;
  /** Days from now, to two decimals. */
  readonly days: number;
}

const DAY_MILLISECONDS = 24 * 60 * 60 * 1_000;

/**
 * For each client, the first of its tokens to end. Clients whose tokens have no end, or have ended
 * already, are left out: there is nothing to hand over in time.
 *
 * @param variables the authorizer's environment
 * @param now in milliseconds since 1970
 */
export function nextTokenEnds(
  clients: readonly ClientVariable[],
  variables: Readonly<Record<string, string>>,
  now: number,
): TokenEnd[] {
  return clients.flatMap(({ name, variable }) => {
    const ahead = parseTokenList(variables[variable] ?? '')
      .map((entry) => entry?.expiresAt ?? 0)
      .filter((expiresAt) => expiresAt > now);
    if (ahead.length === 0) return [];
    const days = (Math.min(...ahead) - now) / DAY_MILLISECONDS;
    return [{ clientName: name, days: Math.round(days * 100) / 100 }];
  });
}
