import type { ClientItem } from '../contract/table/client-item.ts';
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
    const ends = parseTokenList(variables[variable] ?? '').map((entry) => entry?.expiresAt);
    return nextEnd(name, ends, now);
  });
}

/** How far ahead an end in the table is reported, in days: as far as the alarm looks. */
export const REPORTED_DAYS = 7;

/**
 * For each client of a page of the table, the first of its tokens to end, if that is soon: of thousands
 * of clients, the others would only be in the way.
 */
export function soonTokenEnds(clients: readonly ClientItem[], now: number): TokenEnd[] {
  return clients
    .filter(({ state }) => state !== 'deleted')
    .flatMap(({ name, tokens }) =>
      nextEnd(
        name,
        tokens.map(({ expiresAt }) => expiresAt),
        now,
      ),
    )
    .filter(({ days }) => days <= REPORTED_DAYS);
}

function nextEnd(
  clientName: string,
  ends: readonly (number | undefined)[],
  now: number,
): TokenEnd[] {
  const ahead = ends.filter((expiresAt) => expiresAt !== undefined && expiresAt > now);
  if (ahead.length === 0) return [];
  const days = (Math.min(...ahead.map(Number)) - now) / DAY_MILLISECONDS;
  return [{ clientName, days: Math.round(days * 100) / 100 }];
}
