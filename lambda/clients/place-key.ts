import type { ClientPorts } from './ports.ts';

const MAX_ATTEMPTS = 5;

/** What it took to get a key to its place. */
export type Placing = 'made' | 'moved' | 'was there';

/**
 * Gets a key into one plan, and out of the others: makes it if there is none. Safe to repeat.
 *
 * A key is in one plan of a stage only, so it leaves the old one first.
 *
 * Source: API Gateway Developer Guide, "Usage plans and API keys for REST APIs".
 *
 * @throws Error if others move the key all the time
 */
export async function placeKey(
  { keys, wait }: ClientPorts,
  value: string,
  plan: string,
): Promise<Placing> {
  let placing: Placing = 'was there';
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    let id = await keys.idOf(value);
    if (id === undefined) {
      id = await keys.make(value);
      if (id !== undefined) placing = 'made';
    }
    if (id !== undefined) {
      const plans = await keys.plansOf(id);
      const others = plans.filter((each) => each !== plan);
      for (const other of others) await keys.removeFromPlan(id, other);
      if (plans.includes(plan)) return others.length > 0 ? 'moved' : placing;
      if (await keys.addToPlan(id, plan)) return placing === 'made' ? 'made' : 'moved';
    }
    // Somebody else made it or put it somewhere in between, or lists are behind.
    await wait(200 * attempt);
  }
  throw new Error(`the API key ${value} does not get into plan ${plan}: repeat, or let sync do it`);
}

/**
 * Gets a client's key to where the table says that it belongs, also if that changes meanwhile.
 *
 * @throws Error if others change the client's plan or move its key all the time
 */
export async function placeKeyOf(ports: ClientPorts, name: string): Promise<Placing> {
  let first: Placing | undefined;
  let placed: string | undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const { state, usageIdentifierKey, plan } = (await ports.table.client(name)) ?? {};
    const isWithout = usageIdentifierKey === undefined || plan === undefined;
    if (isWithout || state === 'deleted' || plan === placed) return first ?? 'was there';
    const placing = await placeKey(ports, usageIdentifierKey, plan);
    first ??= placing;
    placed = plan;
  }
  throw new Error(`the plan of client ${name} changes all the time: let sync move its key`);
}

/** Removes the key of a value, if there is one. */
export async function removeKey({ keys }: ClientPorts, value: string): Promise<void> {
  const id = await keys.idOf(value);
  if (id !== undefined) await keys.remove(id);
}
