import type { ClientItem } from '../contract/table/client-item.ts';
import { MAX_PAGE } from '../contract/wiring/client-operation.ts';
import { NEEDS_ADDRESSES, permissionCheck } from './check-request.ts';
import type { ApiKeys, ClientPorts, ListedKey, SpareKey } from './ports.ts';

/** A key of our making. */
interface FoundKey {
  readonly id: string;
  /** Those of the tiers. */
  readonly plans: ReadonlySet<string>;
}

/** A client whose key is in no plan. */
export interface WithoutKey {
  readonly name: string;
  readonly value: string;
}

/** What the table and API Gateway say of each other. */
export interface Survey {
  readonly deleted: readonly ClientItem[];
  /** Clients whose key is in none of the plans, by the plan where it belongs. */
  readonly missing: ReadonlyMap<string, readonly WithoutKey[]>;
  /** Names of clients whose key is in another plan. */
  readonly misplaced: readonly string[];
  /** Spare keys by plan that are not made yet. */
  readonly unfinished: ReadonlyMap<string, readonly SpareKey[]>;
  /** Spare keys by plan that somebody has removed from API Gateway. */
  readonly lost: ReadonlyMap<string, readonly SpareKey[]>;
  /** The ids of keys that nobody has. */
  readonly orphans: readonly string[];
  /** Clients that an operator has to look at, as sentences. */
  readonly problems: readonly string[];
}

/**
 * Compares the table with API Gateway. Changes nothing.
 *
 * The order matters. A key is in the table before it is made, as a spare one first and then as a
 * client's. So API Gateway is asked first, then for spare keys, then for clients: what is in none of
 * both then has no owner, and will get none.
 */
export async function survey(ports: ClientPorts): Promise<Survey> {
  const { table, registry, now } = ports;
  const startedAt = now();
  const found = await findKeys(ports);
  const isIn = (plan: string, value: string) => found.get(value)?.plans.has(plan) ?? false;
  const owned = new Set<string>();
  const unfinished = new Map<string, readonly SpareKey[]>();
  const lost = new Map<string, readonly SpareKey[]>();
  for (const plan of registry.plans) {
    const spare = await table.spareKeys(plan);
    for (const { value } of spare) owned.add(value);
    const isMade = ({ state }: SpareKey) => state === 'spare';
    unfinished.set(
      plan,
      spare.filter((key) => !isMade(key)),
    );
    lost.set(
      plan,
      // What was made meanwhile was not there to be found.
      spare.filter((key) => isMade(key) && key.madeAt < startedAt && !isIn(plan, key.value)),
    );
  }

  const deleted: ClientItem[] = [];
  const missing = new Map<string, WithoutKey[]>(registry.plans.map((plan) => [plan, []]));
  const misplaced: string[] = [];
  const problems: string[] = [];
  const refusalOf = permissionCheck(registry);
  for await (const client of allClients(ports)) {
    const { name, plan, usageIdentifierKey: value, state } = client;
    if (value !== undefined) owned.add(value);
    if (state === 'deleted') {
      deleted.push(client);
      continue;
    }
    const refusal = refusalOf(name, client.permissions);
    if (refusal !== undefined) problems.push(refusal);
    if (client.allowedSources.length > 0 && !registry.allowedSources) {
      problems.push(`client ${name} is bound to addresses, but ${NEEDS_ADDRESSES}`);
    }
    if (registry.plans.length === 0) continue;
    const clientsWithout = plan === undefined ? undefined : missing.get(plan);
    if (plan === undefined || clientsWithout === undefined || value === undefined) {
      const what = value === undefined ? 'no API key' : `plan ${plan}, which is not there`;
      problems.push(
        `client ${name} has ${what}: set its plan to one of ${registry.plans.join(', ')}`,
      );
    } else if (!found.get(value)?.plans.size) clientsWithout.push({ name, value });
    // In another plan as well: each of two stages may have one.
    else if (found.get(value)?.plans.size !== 1 || !isIn(plan, value)) misplaced.push(name);
  }
  const orphans = [...found].flatMap(([value, { id }]) => (owned.has(value) ? [] : [id]));
  return { deleted, missing, misplaced, unfinished, lost, orphans, problems };
}

/** Whether it is a key that the client function has made: its name is its value. */
const isOurs = ({ name, value }: ListedKey) => name === value && /^[0-9a-f]{40}$/.test(name);

/** The keys of our making, by their values, with the plans that they are in. */
async function findKeys({ keys, registry }: ClientPorts): Promise<ReadonlyMap<string, FoundKey>> {
  const found = new Map<string, FoundKey>();
  const add = ({ id, name }: ListedKey, ...plans: string[]) =>
    found.set(name, { id, plans: new Set([...(found.get(name)?.plans ?? []), ...plans]) });
  // A key that was made for a client just when that was deleted is in no plan.
  for await (const key of pages((position) => keys.allKeys(position))) add(key);
  for (const plan of registry.plans) {
    for await (const key of pages((position) => keys.keysOf(plan, position))) add(key, plan);
  }
  return found;
}

/** The keys of our making in all pages of a list. */
async function* pages(
  read: (position?: string) => ReturnType<ApiKeys['allKeys']>,
): AsyncGenerator<ListedKey> {
  let position: string | undefined;
  do {
    const page = await read(position);
    yield* page.keys.filter(isOurs);
    position = page.next;
  } while (position !== undefined);
}

async function* allClients({ table }: ClientPorts): AsyncGenerator<ClientItem> {
  let after: string | undefined;
  do {
    const page = await table.clients({ limit: MAX_PAGE, ...(after !== undefined && { after }) });
    yield* page.clients;
    after = page.next;
  } while (after !== undefined);
}
