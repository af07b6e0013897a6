import type { ClientAnswers } from '../contract/wiring/client-operation.ts';
import { removeDeleted } from './delete-client.ts';
import { enforce } from './enforce.ts';
import { placeKeyOf } from './place-key.ts';
import type { ClientPorts } from './ports.ts';
import { unlessStale } from './redo.ts';
import {
  finishSpareKeys,
  MANY,
  MAX_MADE_AT_ONCE,
  makeSpareKeys,
  SPARE_KEYS,
} from './spare-keys.ts';
import { type Survey, survey, type WithoutKey } from './survey.ts';

/** How many problems are told. */
const MAX_PROBLEMS = 5;

/**
 * Makes API Gateway's keys follow the table, and finishes what was cut short. Safe to repeat, to run
 * twice at a time, and beside any operation. What fails keeps nothing else back.
 *
 * @throws Error that names the first problems, once all else is done
 */
export async function sync(ports: ClientPorts): Promise<ClientAnswers['sync']> {
  const found = await survey(ports);
  const run = new Run(ports, found.problems);
  await run.removeDeleted(found);
  for (const [plan, clients] of found.missing) await run.makeMissing(plan, clients);
  for (const name of found.misplaced) await run.place(name);
  for (const id of found.orphans) await run.removeOrphan(id);
  for (const plan of ports.registry.plans) await run.fill(plan, found);
  const { keysMade, keysMoved, keysRemoved, problems } = run;
  ports.log('INFO', {
    event: 'operation',
    operation: 'sync',
    keysMade: String(keysMade),
    keysMoved: String(keysMoved),
    keysRemoved: String(keysRemoved),
  });
  if (problems.length > 0) {
    const rest = problems.length - MAX_PROBLEMS;
    const told = [...problems.slice(0, MAX_PROBLEMS), ...(rest > 0 ? [`and ${rest} more`] : [])];
    throw new Error(`not synchronised: ${told.join('; ')}`);
  }
  return { keysMade, keysMoved, keysRemoved };
}

/** What one run has done, and what it could not do. */
class Run {
  keysMade = 0;
  keysMoved = 0;
  keysRemoved = 0;
  readonly problems: string[];
  readonly #ports: ClientPorts;

  constructor(ports: ClientPorts, problems: readonly string[]) {
    this.#ports = ports;
    this.problems = [...problems];
  }

  async removeDeleted({ deleted }: Survey): Promise<void> {
    if (deleted.length === 0) return;
    await this.#attempt('deleted clients', async () => {
      // Whoever deleted them may have been cut short before this.
      await enforce(this.#ports);
      for (const client of deleted) {
        await this.#attempt(`client ${client.name}`, () => removeDeleted(this.#ports, client));
      }
    });
  }

  async makeMissing(plan: string, clients: readonly WithoutKey[]): Promise<void> {
    for (let start = 0; start < clients.length; start += MAX_MADE_AT_ONCE) {
      const some = clients.slice(start, start + MAX_MADE_AT_ONCE);
      const values = some.map(({ value }) => value);
      let areMade = false;
      if (some.length >= MANY) {
        await this.#attempt(`plan ${plan}`, async () => {
          areMade = await this.#ports.keys.makeMany(values, plan);
        });
      }
      if (areMade) this.keysMade += some.length;
      else for (const { name } of some) await this.place(name);
    }
  }

  place(name: string): Promise<void> {
    return this.#attempt(`client ${name}`, async () => {
      const placing = await placeKeyOf(this.#ports, name);
      if (placing === 'made') this.keysMade++;
      if (placing === 'moved') this.keysMoved++;
    });
  }

  removeOrphan(id: string): Promise<void> {
    return this.#attempt(`API key ${id}`, async () => {
      await this.#ports.keys.remove(id);
      this.keysRemoved++;
    });
  }

  /** Finishes the spare keys of a plan, and makes what is missing of them. */
  fill(plan: string, { unfinished, lost }: Survey): Promise<void> {
    const { table, now } = this.#ports;
    return this.#attempt(`plan ${plan}`, async () => {
      const values = (unfinished.get(plan) ?? []).map(({ value }) => value);
      for (const { value } of lost.get(plan) ?? []) {
        // Nobody may take it before it is there again.
        const marked = table.changeSpareKey(plan, { value, state: 'making', madeAt: now() });
        await unlessStale(marked.then(() => void values.push(value)));
      }
      for (let start = 0; start < values.length; start += MAX_MADE_AT_ONCE) {
        const some = values.slice(start, start + MAX_MADE_AT_ONCE);
        this.keysMade += (await finishSpareKeys(this.#ports, plan, some)).length;
      }
      const count = (await table.spareKeys(plan)).length;
      this.keysMade += (await makeSpareKeys(this.#ports, plan, SPARE_KEYS - count)).length;
    });
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { name, message } = error as Error;
      this.problems.push(`${what}: ${name}: ${message}`);
    }
  }
}
