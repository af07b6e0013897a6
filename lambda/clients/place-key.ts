import type { ClientPorts } from './ports.ts';

const MAX_ATTEMPTS = 5;

/** What it took to get a key to its place. */
export type Placing = 'made' | 'moved' | 'was there';

/**
 * Gets a key into one plan, and out of the others: makes it if there is none. Safe to repeat.
 *
 * @throws Error if others move the key all the time
 */
export async function placeKey(ports: ClientPorts, value: string, plan: string): Promise<Placing> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const placing = await tryToPlace(ports, value, plan);
    if (placing !== undefined) return placing;
    await ports.wait(200 * attempt);
  }
  throw new Error(`the API key ${value} does not get into plan ${plan}: let sync place it`);
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
    const placing = await tryToPlace(ports, usageIdentifierKey, plan);
    if (placing === undefined) await ports.wait(200 * attempt);
    else placed = plan;
    first ??= placing;
  }
  throw new Error(`the API key of client ${name} does not get into its plan: let sync place it`);
}

/**
 * A key is in one plan of a stage only, so it leaves the old one first.
 *
 * Source: API Gateway Developer Guide, "Usage plans and API keys for REST APIs".
 *
 * @returns `undefined` if somebody else makes, moves or removes the key just now, or lists are behind
 */
async function tryToPlace(
  { keys }: ClientPorts,
  value: string,
  plan: string,
): Promise<Placing | undefined> {
  const found = await keys.idOf(value);
  if (found === undefined) {
    const made = await keys.make(value);
    return made !== undefined && (await keys.addToPlan(made, plan)) ? 'made' : undefined;
  }
  const plans = await keys.plansOf(found);
  const others = plans.filter((each) => each !== plan);
  for (const other of others) await keys.removeFromPlan(found, other);
  if (plans.includes(plan) && others.length === 0) return 'was there';
  const isAdded = await keys.addToPlan(found, plan);
  return isAdded || plans.includes(plan) ? 'moved' : undefined;
}

/** Removes the key of a value, if there is one. */
export async function removeKey({ keys }: ClientPorts, value: string): Promise<void> {
  const id = await keys.idOf(value);
  if (id !== undefined) await keys.remove(id);
}
