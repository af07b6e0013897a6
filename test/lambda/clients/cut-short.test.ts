import { describe, expect, test } from '@jest/globals';
import { createClientFunction } from '../../../lambda/clients/client-function.ts';
import { type Call, ClientWorld, digestFor } from './client-world.ts';

const HOUR = 3_600_000;

/** Thrown where a test interrupts the work. */
class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const ask = (world: ClientWorld, event: object, call?: Call) =>
  createClientFunction(world.ports(call))(event);

/** A client in the middle of its overlap, one of another plan, and ripe keys. */
async function start(): Promise<ClientWorld> {
  const world = new ClientWorld();
  await ask(world, { operation: 'sync' });
  world.time += HOUR;
  const charlie = {
    operation: 'create',
    client: 'charlie',
    permissions: ['job.read', 'job.create'],
    plan: 'standard',
    digest: digestFor('first'),
  };
  await ask(world, charlie);
  await ask(world, { ...charlie, client: 'delta', plan: 'gold', digest: digestFor('of delta') });
  await ask(world, {
    operation: 'rotate',
    client: 'charlie',
    digest: digestFor('second'),
    overlapSeconds: 86_400,
  });
  world.time += HOUR;
  return world;
}

/** A call, and whether it still takes effect, at which the power goes: the process does nothing more. */
function powerCut(at: number, hasEffect: boolean): { readonly call: Call; count: number } {
  const state = {
    count: 0,
    call: (async (effect) => {
      state.count++;
      if (state.count < at) return effect();
      if (state.count === at && hasEffect) effect();
      throw new Interrupted();
    }) as Call,
  };
  return state;
}

const rotation = { operation: 'rotate', client: 'charlie', digest: digestFor('third') };
const newClient = { permissions: ['job.read'], plan: 'standard' };
const all = ['first', 'second'].flatMap((name) =>
  ['job.read', 'job.create'].map((permission) => `${digestFor(name)} ${permission}`),
);

interface Operation {
  readonly event: object;
  /** The accesses that nobody has when it has succeeded. */
  readonly ends: readonly string[];
  /** Changes the world before. */
  readonly prepare?: (world: ClientWorld) => unknown;
}

const keyIdOf = (world: ClientWorld, name: string) =>
  `id-of-${world.clients.get(name)?.usageIdentifierKey}`;

/** Somebody has removed one key, and moved another; a third was never finished. */
function disturb(world: ClientWorld): void {
  const { keys, plans, spareKeys } = world;
  keys.delete(keyIdOf(world, 'charlie'));
  plans.get('standard')?.delete(keyIdOf(world, 'charlie'));
  plans.get('gold')?.delete(keyIdOf(world, 'delta'));
  plans.get('standard')?.add(keyIdOf(world, 'delta'));
  const [spare, lost] = spareKeys.get('gold')?.values() ?? [];
  if (spare) spareKeys.get('gold')?.set(spare.value, { ...spare, state: 'making' });
  keys.delete(`id-of-${lost?.value}`);
  plans.get('gold')?.delete(`id-of-${lost?.value}`);
}

const operations: Record<string, Operation> = {
  create: {
    event: { operation: 'create', client: 'echo', ...newClient, digest: digestFor('of echo') },
    ends: [],
  },
  'create without a key in advance': {
    event: { operation: 'create', client: 'echo', ...newClient, digest: digestFor('of echo') },
    ends: [],
    prepare: (world) => {
      for (const value of world.spareKeys.get('standard')?.keys() ?? []) {
        world.keys.delete(`id-of-${value}`);
        world.plans.get('standard')?.delete(`id-of-${value}`);
      }
      world.spareKeys.delete('standard');
    },
  },
  'set permissions, plan and state': {
    event: {
      operation: 'set',
      client: 'charlie',
      permissions: ['job.read'],
      plan: 'gold',
      state: 'suspended',
    },
    ends: all,
  },
  'set smaller permissions': {
    event: { operation: 'set', client: 'charlie', permissions: ['job.read'] },
    ends: all.filter((access) => access.endsWith('job.create')),
  },
  'set sources': {
    event: { operation: 'set', client: 'charlie', allowedSources: ['203.0.113.0/24'] },
    ends: all,
  },
  'set fewer sources': {
    event: { operation: 'set', client: 'charlie', allowedSources: ['203.0.113.0/24'] },
    ends: all.map((access) => `${access} from 2001:db8::/32`),
    prepare: (world) =>
      ask(world, {
        operation: 'set',
        client: 'charlie',
        allowedSources: ['203.0.113.0/24', '2001:db8::/32'],
      }),
  },
  'rotate --overlap': {
    event: { ...rotation, overlapSeconds: 3_600 },
    ends: all.filter((access) => access.startsWith(digestFor('first'))),
  },
  'rotate --now': { event: { ...rotation, overlapSeconds: 0 }, ends: all },
  'revoke --previous': {
    event: { operation: 'revoke', client: 'charlie', tokens: 'previous' },
    ends: all.filter((access) => access.startsWith(digestFor('first'))),
  },
  revoke: { event: { operation: 'revoke', client: 'charlie', tokens: 'all' }, ends: all },
  delete: { event: { operation: 'delete', client: 'charlie' }, ends: all },
  import: {
    event: {
      operation: 'import',
      clients: Array.from({ length: 12 }, (_, index) => ({
        client: `client-x${index}`,
        ...newClient,
        digest: digestFor(`of ${index}`),
      })),
    },
    ends: [],
  },
  sync: { event: { operation: 'sync' }, ends: [], prepare: disturb },
};

/** An answer without its moments, for a repeat is later; and without what only the first one did. */
const lasting = (answer: unknown) => {
  const text = JSON.stringify(answer, (key, value) =>
    /^(issuedAt|readyAt|expiresAt|keys)/.test(key) ? undefined : value,
  );
  return text.replaceAll('"unchanged"', '"created"');
};

/** What is left to be true whatever was cut short. */
async function expectFinished(world: ClientWorld, ends: readonly string[]): Promise<void> {
  const accepted = world.accepted();
  expect(ends.filter((access) => accepted.has(access))).toEqual([]);
  await ask(world, { operation: 'sync' });
  expect([world.contradictions(), world.keyFaults()]).toEqual([[], []]);
  expect(await ask(world, { operation: 'sync' })).toEqual({
    keysMade: 0,
    keysMoved: 0,
    keysRemoved: 0,
  });
}

describe.each(Object.entries(operations))(
  '%s, cut short at any call,',
  (_, { event, ends, prepare }) => {
    async function sweep(then: (world: ClientWorld, answer: unknown) => Promise<void>) {
      const base = await start();
      await prepare?.(base);
      const whole = powerCut(Number.POSITIVE_INFINITY, true);
      const answer = await ask(base.clone(), event, whole.call);
      for (let at = 1; at <= whole.count; at++) {
        for (const hasEffect of [true, false]) {
          const world = base.clone();
          await ask(world, event, powerCut(at, hasEffect).call).catch(() => undefined);
          expect(world.contradictions()).toEqual([]);
          await then(world, answer);
        }
      }
      return whole.count;
    }

    test('is finished by its repeat', async () => {
      const count = await sweep(async (world, answer) => {
        expect(lasting(await ask(world, event))).toEqual(lasting(answer));
        await expectFinished(world, ends);
      });
      expect(count).toBeGreaterThan(4);
    });

    test('leaves what sync puts in order, and then its repeat finishes it', async () => {
      await sweep(async (world, answer) => {
        const granted = world.granted();
        await ask(world, { operation: 'sync' });
        expect([world.contradictions(), world.keyFaults()]).toEqual([[], []]);
        for (const access of world.granted()) expect(granted).toContain(access);
        expect(lasting(await ask(world, event))).toEqual(lasting(answer));
        await expectFinished(world, ends);
      });
    });
  },
);
