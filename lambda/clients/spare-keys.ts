import { placeKey } from './place-key.ts';
import { type ClientPorts, type SpareKey, StaleError } from './ports.ts';
import { unlessStale } from './redo.ts';

/** How many keys of each plan are made in advance. */
export const SPARE_KEYS = 10;

/** From so many on, keys are made in one call: it takes CSV, and five single calls a second are few. */
export const MANY = 4;

/** The most keys that one call makes. */
export const MAX_MADE_AT_ONCE = 100;

/**
 * Makes keys for a plan. Each is in the table before it is in API Gateway, so that whatever is cut
 * short is known, and `sync` finishes it; a client may take it only afterwards.
 *
 * @returns the keys that clients may take now
 */
export async function makeSpareKeys(
  ports: ClientPorts,
  plan: string,
  count: number,
): Promise<readonly SpareKey[]> {
  const { table, now, newKeyValue } = ports;
  const made: SpareKey[] = [];
  for (let left = count; left > 0; left -= MAX_MADE_AT_ONCE) {
    const values = Array.from({ length: Math.min(left, MAX_MADE_AT_ONCE) }, newKeyValue);
    for (const value of values) {
      await table.addSpareKey(plan, { value, state: 'making', madeAt: now() });
    }
    made.push(...(await finishSpareKeys(ports, plan, values)));
  }
  return made;
}

/** Makes keys that the table has, and API Gateway perhaps not. */
export async function finishSpareKeys(
  ports: ClientPorts,
  plan: string,
  values: readonly string[],
): Promise<readonly SpareKey[]> {
  const { table, keys, now } = ports;
  const areMade = values.length >= MANY && (await keys.makeMany(values, plan));
  const finished: SpareKey[] = [];
  for (const value of values) {
    if (!areMade) await placeKey(ports, value, plan);
    const key: SpareKey = { value, state: 'spare', madeAt: now() };
    // Whoever finished it first may have given it to a client by now.
    await unlessStale(table.changeSpareKey(plan, key).then(() => void finished.push(key)));
  }
  return finished;
}

/** Spare keys, handed out one by one, the oldest first. */
export interface SpareKeySupply {
  /** The next key of a plan; a new one if there is none. Another one with each call. */
  take(plan: string): Promise<SpareKey>;
}

/** The spare keys that the table has now. */
export function spareKeySupply(ports: ClientPorts): SpareKeySupply {
  const handedOut = new Set<string>();
  const asked = new Map<string, Promise<readonly SpareKey[]>>();
  /** Asks once for all who ask at the same time: an import takes many, and a plan may have as many. */
  function spareKeysOf(plan: string): Promise<readonly SpareKey[]> {
    const asking = asked.get(plan) ?? ports.table.spareKeys(plan).finally(() => asked.delete(plan));
    asked.set(plan, asking);
    return asking;
  }
  return {
    async take(plan) {
      const spare = (await spareKeysOf(plan))
        .filter(({ state, value }) => state === 'spare' && !handedOut.has(value))
        .sort((one, other) => one.madeAt - other.madeAt);
      const [key = (await makeSpareKeys(ports, plan, 1))[0]] = spare;
      if (key === undefined) throw new StaleError(`a new key of plan ${plan} was taken at once`);
      handedOut.add(key.value);
      return key;
    },
  };
}

/** When API Gateway knows a key for sure; `undefined`: it does now. */
export function readyAtOf(
  { keyDelaySeconds, now }: ClientPorts,
  { madeAt }: SpareKey,
): number | undefined {
  const readyAt = madeAt + keyDelaySeconds * 1_000;
  return readyAt > now() ? readyAt : undefined;
}

/**
 * Makes a key in place of one that was taken. That it cannot be made is no fault of whoever took it:
 * `sync` makes it later.
 */
export async function topUp(ports: ClientPorts, plan: string): Promise<void> {
  try {
    if ((await ports.table.spareKeys(plan)).length < SPARE_KEYS) {
      await makeSpareKeys(ports, plan, 1);
    }
  } catch (error) {
    const reason = (error as Error).name;
    ports.log('WARN', { event: 'spare-key', plan, reason });
  }
}
