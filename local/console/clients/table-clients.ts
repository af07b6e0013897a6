import type { Item } from '../../../lambda/contract/table/attributes.ts';
import { textAt } from '../../../lambda/contract/table/attributes.ts';
import { type ClientItem, parseClientItem } from '../../../lambda/contract/table/client-item.ts';
import { tableKey } from '../../../lambda/contract/table/table-key.ts';
import { safeText } from '../request-entry.ts';
import type { FoundClient, StateEntry } from './entries.ts';

/** A client's item; undefined when somebody else has written it. */
export function readClient(item: Item): ClientItem | undefined {
  try {
    return parseClientItem(item);
  } catch {
    return undefined;
  }
}

/** Whether a client of the table may call, at a moment in milliseconds since 1970. */
export function stateOf({ state, readyAt }: ClientItem, now: number): StateEntry {
  return state === 'active' && readyAt !== undefined && readyAt > now ? 'pending' : state;
}

/** What a search shows of a client. */
export function foundClient(item: Item, now: number): FoundClient {
  const client = readClient(item);
  if (client === undefined) {
    return { name: safeText(textAt(item, tableKey.sort) ?? ''), plan: null, state: 'malformed' };
  }
  const { name, plan } = client;
  return { name, plan: plan === undefined ? null : safeText(plan), state: stateOf(client, now) };
}
