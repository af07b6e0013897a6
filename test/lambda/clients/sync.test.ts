import { describe, expect, jest, test } from '@jest/globals';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { createClientFunction } from '../../../lambda/clients/client-function.ts';
import type { ClientPorts } from '../../../lambda/clients/ports.ts';
import type { ClientFunctionRegistry } from '../../../lambda/contract/wiring/client-function.ts';
import { ClientWorld, digestFor, registry } from './client-world.ts';

const HOUR = 3_600_000;

const ask = (world: ClientWorld, event: object, changes: Partial<ClientPorts> = {}) =>
  createClientFunction(world.ports(undefined, changes))(event);

const sync = (world: ClientWorld, changes: Partial<ClientPorts> = {}) =>
  ask(world, { operation: 'sync' }, changes);

const clientsOf = (names: readonly string[], change: object = {}) =>
  names.map((client) => ({
    client,
    permissions: ['job.read'],
    plan: 'standard',
    digest: digestFor(client),
    ...change,
  }));

/** A world with clients of one plan, and ripe keys. */
async function start(...names: string[]): Promise<ClientWorld> {
  const world = new ClientWorld();
  await sync(world);
  world.time += HOUR;
  if (names.length > 0) await ask(world, { operation: 'import', clients: clientsOf(names) });
  world.time += HOUR;
  return world;
}

const keyIdOf = (world: ClientWorld, name: string) =>
  `id-of-${world.clients.get(name)?.usageIdentifierKey}`;

function removeKey(world: ClientWorld, id: string): void {
  world.keys.delete(id);
  for (const ids of world.plans.values()) ids.delete(id);
}

describe('sync', () => {
  test('makes ten keys of each plan in advance, in one call each', async () => {
    const world = new ClientWorld();
    expect(await sync(world)).toEqual({ keysMade: 20, keysMoved: 0, keysRemoved: 0 });
    expect(world.keyFaults()).toEqual([]);
    expect(await sync(world)).toEqual({ keysMade: 0, keysMoved: 0, keysRemoved: 0 });
  });

  test('makes the key of a client again, with the same value', async () => {
    const world = await start('charlie', 'delta');
    removeKey(world, keyIdOf(world, 'charlie'));
    expect(await sync(world)).toEqual({ keysMade: 1, keysMoved: 0, keysRemoved: 0 });
    expect(world.keyFaults()).toEqual([]);
  });

  test('makes a key in advance again, and lets nobody depend on it before it is ripe', async () => {
    const world = await start();
    const [first] = world.spareKeys.get('standard')?.values() ?? [];
    removeKey(world, `id-of-${first?.value}`);
    world.time += HOUR;
    expect(await sync(world)).toMatchObject({ keysMade: 1 });
    expect(world.keyFaults()).toEqual([]);
    const again = world.spareKeys.get('standard')?.get(first?.value ?? '');
    expect(Number(again?.madeAt) - Number(first?.madeAt)).toBeGreaterThan(HOUR);
  });

  test('moves keys from a plan where they do not belong', async () => {
    const world = await start('charlie');
    const id = keyIdOf(world, 'charlie');
    world.plans.get('standard')?.delete(id);
    world.plans.get('gold')?.add(id);
    expect(await sync(world)).toEqual({ keysMade: 0, keysMoved: 1, keysRemoved: 0 });
    world.plans.get('gold')?.add(id);
    expect(await sync(world)).toEqual({ keysMade: 0, keysMoved: 1, keysRemoved: 0 });
    expect(world.keyFaults()).toEqual([]);
  });

  test("removes keys of nobody, and no key that is not of the client function's making", async () => {
    const world = await start('charlie');
    const add = (name: string) => {
      world.keys.set(`id-of-${name}`, name);
      world.plans.get('gold')?.add(`id-of-${name}`);
    };
    add('a'.repeat(40));
    add('somebody-elses');
    add('B'.repeat(40));
    add('c'.repeat(40));
    world.names.set('c'.repeat(40), 'd'.repeat(40));
    expect(await sync(world)).toEqual({ keysMade: 0, keysMoved: 0, keysRemoved: 1 });
    expect([...world.keys.values()]).not.toContain('a'.repeat(40));
    expect([...world.keys.values()]).toContain('somebody-elses');
    expect([...world.keys.values()]).toContain('B'.repeat(40));
    expect([...world.keys.values()]).toContain('c'.repeat(40));
  });

  test('finishes a deletion, after nobody can accept its tokens any more', async () => {
    const world = await start('charlie');
    const flushes = world.flushes;
    const cut = { flush: () => Promise.reject(new Error('cut')) };
    const deletion = ask(world, { operation: 'delete', client: 'charlie' }, { cache: cut });
    await expect(deletion).rejects.toThrow('cut');
    await expect(sync(world, { cache: cut })).rejects.toThrow(
      'not synchronised: deleted clients: Error: cut',
    );
    expect(world.clients.get('charlie')).toMatchObject({ state: 'deleted', version: 2 });
    await expect(
      ask(world, { operation: 'delete', client: 'charlie' }, { cache: cut }),
    ).rejects.toThrow();
    expect(world.clients.get('charlie')?.version).toBe(2);
    expect(world.keys.has(keyIdOf(world, 'charlie'))).toBe(true);
    expect(await sync(world)).toMatchObject({ keysRemoved: 0 });
    expect(world.flushes).toBe(flushes + 2);
    expect([world.clients.size, world.accepted().size]).toEqual([0, 0]);
    expect(world.keyFaults()).toEqual([]);
  });

  test('leaves alone what is made while it looks', async () => {
    const world = await start();
    const { keys } = world.ports();
    const [create] = clientsOf(['charlie']);
    const keysOf = async (plan: string, position?: string) => {
      const page = await keys.keysOf(plan, position);
      // It makes a key in place of the one that the client gets.
      if (plan === 'gold') await ask(world, { operation: 'create', ...create });
      return page;
    };
    const answer = await sync(world, { keys: { ...keys, keysOf } });
    expect(answer).toEqual({ keysMade: 0, keysMoved: 0, keysRemoved: 0 });
    expect(world.keyFaults()).toEqual([]);
  });

  test('has nothing to do where there are no plans', async () => {
    const changes = { registry: { ...registry, plans: [] } };
    const world = new ClientWorld();
    const clients = clientsOf(['charlie'], { plan: undefined });
    await ask(world, { operation: 'import', clients }, changes);
    expect(await sync(world, changes)).toEqual({ keysMade: 0, keysMoved: 0, keysRemoved: 0 });
  });

  test('does the rest when something fails, and then says what', async () => {
    const world = await start('charlie', 'delta');
    for (const name of ['charlie', 'delta']) removeKey(world, keyIdOf(world, name));
    const { keys } = world.ports();
    const make = (value: string) =>
      value === world.clients.get('charlie')?.usageIdentifierKey
        ? Promise.reject(new RangeError('limit'))
        : keys.make(value);
    await expect(sync(world, { keys: { ...keys, make } })).rejects.toThrow(
      new Error('not synchronised: client charlie: RangeError: limit'),
    );
    expect(world.keyFaults()).toEqual([
      'charlie has no key',
      'charlie has a key in [] instead of standard',
    ]);
  });

  test('gives up a key that does not get into its plan', async () => {
    const world = await start('charlie');
    removeKey(world, keyIdOf(world, 'charlie'));
    const [spare] = world.spareKeys.get('gold')?.values() ?? [];
    if (spare) world.spareKeys.get('gold')?.set(spare.value, { ...spare, state: 'making' });
    removeKey(world, `id-of-${spare?.value}`);
    const { keys } = world.ports();
    const addToPlan = async () => false;
    await expect(sync(world, { keys: { ...keys, addToPlan } })).rejects.toThrow(
      `not synchronised: client charlie: Error: the API key of client charlie does not get into its plan: let sync place it; plan gold: Error: the API key ${spare?.value} does not get into plan gold: let sync place it`,
    );
    await sync(world);
    expect(world.keyFaults()).toEqual([]);
  });

  test('tells the clients that synth would refuse by now, and those whose plan has gone', async () => {
    const world = await start(...Array.from({ length: 7 }, (_, index) => `client-x${index}`));
    await ask(world, { operation: 'import', clients: clientsOf(['charlie'], { plan: 'gold' }) });
    const without: ClientFunctionRegistry = {
      ...registry,
      apis: registry.apis.map((api) => ({
        ...api,
        methods: api.methods.filter(({ permission }) => permission !== 'job.read'),
      })),
      plans: ['standard'],
    };
    const failing = sync(world, { registry: without });
    await expect(failing).rejects.toThrow(
      'permission job.read of client charlie opens no route: the API asks for job.create, report.read, report.audit; client charlie has plan gold, which is not there: set its plan to one of standard; permission job.read of client client-x0 opens no route',
    );
    await expect(failing).rejects.toThrow(/; and 4 more$/);
  });

  test('does ten thousand clients, page by page', async () => {
    const world = await start('client-x0');
    const first = world.clients.get('client-x0');
    for (let index = 1; first && index < 10_000; index++) {
      const name = `client-x${index}`;
      const usageIdentifierKey = index.toString(16).padStart(40, '0');
      world.clients.set(name, { ...first, name, usageIdentifierKey, tokens: [] });
    }
    // All keys are gone, as in another account.
    world.keys.clear();
    world.plans.clear();
    let calls = 0;
    const counting = world.ports(async (effect) => {
      calls++;
      return effect();
    });
    const answer = await createClientFunction(counting)({ operation: 'sync' });
    expect(answer).toEqual({ keysMade: 10_020, keysMoved: 0, keysRemoved: 0 });
    expect(world.keyFaults()).toEqual([]);
    // A page of each plan's keys, two of spare keys, 100 of clients, 100 calls that make 100 keys each,
    // and the spare ones.
    expect(calls).toBeLessThan(300);
  });
});

describe('for a deployment,', () => {
  const request = {
    RequestType: 'Update',
    RequestId: 'request',
    StackId: 'stack',
    LogicalResourceId: 'Sync',
    ResponseURL: 'https://cloudformation.example/answer',
    ResourceProperties: {},
  } as CloudFormationCustomResourceEvent;

  const never = () => new Promise<never>(() => undefined);

  async function deploy(world: ClientWorld, changes: Partial<ClientPorts>) {
    const bodies: string[] = [];
    const send = async (_: string, body: string) => bodies.push(body);
    const ports = world.ports(undefined, { wait: never, ...changes });
    const handled = createClientFunction(ports, send)(request);
    const outcome = await handled.catch((error: unknown) => error);
    return { outcome, answers: bodies.map((body) => JSON.parse(body) as { Status: string }) };
  }

  test('it makes the keys, and then answers', async () => {
    const world = new ClientWorld();
    const { outcome, answers } = await deploy(world, {});
    expect(outcome).toBeUndefined();
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
    expect(world.spareKeys.get('gold')?.size).toBe(10);
  });

  test('API Gateway forgets what the authorizer accepted before', async () => {
    const world = new ClientWorld();
    await deploy(world, {});
    expect(world.flushes).toBe(1);
  });

  test('what fails does not fail the deployment, but the function afterwards', async () => {
    const world = new ClientWorld();
    const { keys } = world.ports();
    const makeMany = () => Promise.reject(new Error('limit'));
    const { outcome, answers } = await deploy(world, { keys: { ...keys, makeMany } });
    expect(answers).toEqual([expect.objectContaining({ Status: 'SUCCESS' })]);
    expect(outcome).toEqual(
      new Error('not synchronised: plan standard: Error: limit; plan gold: Error: limit'),
    );
  });

  test('the answer does not wait for more than five minutes', async () => {
    const world = new ClientWorld();
    const slow = Promise.withResolvers<boolean>();
    const waits: number[] = [];
    const wait = async (milliseconds: number) => waits.push(milliseconds);
    const { keys } = world.ports();
    const sent = Promise.withResolvers<string>();
    const send = async (_: string, body: string) => sent.resolve(body);
    const makeMany = () => slow.promise;
    const ports = world.ports(undefined, { wait, keys: { ...keys, makeMany } });
    const handled = createClientFunction(ports, send)(request);
    expect(JSON.parse(await sent.promise)).toMatchObject({ Status: 'SUCCESS' });
    expect(waits).toEqual([300_000]);
    slow.resolve(false);
    await handled;
    expect(world.spareKeys.get('gold')?.size).toBe(10);
  });

  test('deleting leaves everything as it is', async () => {
    const world = new ClientWorld();
    const send = jest.fn(async () => undefined);
    await createClientFunction(world.ports(), send)({ ...request, RequestType: 'Delete' });
    expect(send).toHaveBeenCalledTimes(1);
    expect(world.keys.size).toBe(0);
  });
});
