import { describe, expect, jest, test } from '@jest/globals';
import { createClientFunction } from '../../../lambda/clients/client-function.ts';
import type { ClientPorts } from '../../../lambda/clients/ports.ts';
import { tokenIdOf } from '../../../lambda/contract/token/token-digest.ts';
import {
  type ClientView,
  type ImportedClient,
  refusalIn,
} from '../../../lambda/contract/wiring/client-operation.ts';
import { ClientWorld, digestFor, registry } from './client-world.ts';

const HOUR = 3_600_000;
const DELAY = 1_800_000;

/** A function over a world, after its first synchronisation, when its keys are ripe. */
async function start(changes: Partial<ClientPorts> = {}) {
  const world = new ClientWorld();
  const handler = createClientFunction(world.ports(undefined, changes));
  await handler({ operation: 'sync' });
  world.time += DELAY;
  const ask = async <T = ClientView>(event: object) => {
    const answer = await handler(event);
    const refusal = refusalIn(answer);
    if (refusal !== undefined) throw new Error(refusal);
    return answer as T;
  };
  return { world, ask, handler };
}

const charlie = {
  operation: 'create',
  client: 'charlie',
  permissions: ['job.read'],
  plan: 'standard',
  digest: digestFor('first'),
};
const rotation = { operation: 'rotate', client: 'charlie', digest: digestFor('second') };

/** A function with a client that was created a while ago. */
async function startWithCharlie(changes: Partial<ClientPorts> = {}) {
  const started = await start(changes);
  await started.ask(charlie);
  started.world.time += HOUR;
  return started;
}

const ids = (view: ClientView) => view.tokens.map(({ id }) => id);
const idFor = (name: string) => tokenIdOf(digestFor(name));

describe('create', () => {
  test('makes a client that may call at once, as its key was made in advance', async () => {
    const { world, ask } = await start();
    expect(await ask(charlie)).toEqual({
      client: 'charlie',
      permissions: ['job.read'],
      plan: 'standard',
      state: 'active',
      version: 1,
      tokens: [{ id: idFor('first'), issuedAt: expect.any(Number) }],
    });
    expect(world.granted()).toEqual(new Set([`${digestFor('first')} job.read`]));
    expect([world.contradictions(), world.keyFaults()]).toEqual([[], []]);
    expect(world.spareKeys.get('standard')?.size).toBe(10);
  });

  test('takes the oldest key, and says until when the client is pending if it is too young', async () => {
    const { world, ask } = await start();
    for (let count = 0; count < 10; count++) {
      const view = await ask({ ...charlie, client: `c${count}`, digest: digestFor(`${count}`) });
      expect(view.state).toBe('active');
    }
    const before = world.time;
    const view = await ask(charlie);
    expect(view.state).toBe('pending');
    expect(Number(view.readyAt) - before).toBeLessThanOrEqual(DELAY);
    expect(world.isAccepted(digestFor('first'))).toBe(false);
    world.time = Number(view.readyAt);
    expect(world.isAccepted(digestFor('first'))).toBe(true);
    expect((await ask({ operation: 'get', client: 'charlie' })).state).toBe('active');
  });

  test('makes a key if there is none', async () => {
    const world = new ClientWorld();
    const handler = createClientFunction(world.ports());
    expect(await handler(charlie)).toMatchObject({ state: 'pending' });
    expect(world.keyFaults()).toEqual([]);
  });

  test('does not fail if no key can be made for the next one', async () => {
    const { world, ask } = await start();
    const { keys } = world.ports();
    const make = () => Promise.reject(new Error('limit'));
    const handler = createClientFunction(world.ports(undefined, { keys: { ...keys, make } }));
    expect(await handler(charlie)).toMatchObject({ state: 'active' });
    expect(world.log.lines).toContainEqual({
      level: 'WARN',
      event: 'spare-key',
      plan: 'standard',
      reason: 'Error',
    });
    expect(await ask({ operation: 'sync' })).toMatchObject({ keysMade: 1 });
    expect(world.keyFaults()).toEqual([]);
  });

  test('answers a repeat in the same way, and leaves the client as it is', async () => {
    const { world, ask } = await start();
    const first = await ask(charlie);
    expect(await ask({ ...charlie, permissions: ['job.read'] })).toEqual(first);
    expect(world.spareKeys.get('standard')?.size).toBe(10);
  });

  test.each([
    ['another token', { digest: digestFor('other') }],
    ['other permissions', { permissions: ['job.create'] }],
    ['another plan', { plan: 'gold' }],
  ])('refuses a client that exists with %s', async (_, change) => {
    const { ask } = await startWithCharlie();
    await expect(ask({ ...charlie, ...change })).rejects.toThrow(
      'client charlie exists already: change it with set or rotate',
    );
  });

  test('marks a client that the app has in its code as well', async () => {
    const { ask } = await start();
    expect(await ask({ ...charlie, client: 'bravo' })).toMatchObject({ isInCode: true });
  });
});

describe('an operation is refused, with a sentence for the operator:', () => {
  test.each<[string, object, string]>([
    [
      'a permission that no route asks for',
      { ...charlie, client: 'echo', permissions: ['job.delete'] },
      'permission job.delete of client echo opens no route: the API asks for job.create, job.read, report.read, report.audit',
    ],
    [
      "a grant whose policy would open another permission's route",
      { ...charlie, client: 'echo', permissions: ['report.read'] },
      'client echo has no permission for GET /reports/{id}/audit, but its policy would open it: GET/reports/?* also matches GET /reports/1/audit, so give the client report.audit, or one of the two routes another path',
    ],
    [
      'such a grant in set',
      { operation: 'set', client: 'charlie', permissions: ['job.read', 'report.read'] },
      'client charlie has no permission for GET /reports/{id}/audit, but its policy would open it: GET/reports/?* also matches GET /reports/1/audit, so give the client report.audit, or one of the two routes another path',
    ],
    [
      'a plan that is not there',
      { ...charlie, plan: 'iron' },
      'there is no plan iron: name one of standard, gold',
    ],
    [
      'a plan that is missing',
      { ...charlie, plan: undefined },
      'plan is missing: name one of standard, gold',
    ],
    [
      'a token of another client',
      { ...charlie, client: 'echo' },
      'the token is one of client charlie: give client echo another',
    ],
    [
      "another client's token in a rotation",
      { ...rotation, digest: digestFor('of delta') },
      'the token is one of client delta: give client charlie another',
    ],
    [
      'a client that is not there',
      { ...rotation, client: 'nobody' },
      'there is no client nobody in the table: create it',
    ],
    [
      'a client that is being deleted',
      { ...rotation, client: 'leaving' },
      'client leaving is being deleted: repeat the deletion',
    ],
    [
      'a client of that name',
      { ...charlie, client: 'leaving', digest: digestFor('new') },
      'client leaving is being deleted: repeat the deletion, then create it',
    ],
  ])('%s', async (_, event, message) => {
    const { world, ask, handler } = await startWithCharlie();
    await ask({ ...charlie, client: 'delta', digest: digestFor('of delta') });
    await ask({ ...charlie, client: 'leaving', digest: digestFor('of leaving') });
    const client = world.clients.get('leaving');
    if (client) world.clients.set('leaving', { ...client, state: 'deleted' });
    const content = () => JSON.stringify([[...world.clients], [...world.tokens]]);
    const before = content();
    expect(await handler(event)).toEqual({ refused: message });
    expect(content()).toBe(before);
  });

  test.each([
    ['create', { ...charlie, client: 'echo', digest: digestFor('of echo') }],
    ['set', { operation: 'set', client: 'charlie' }],
  ])('sources in %s where results are not kept per address', async (_, event) => {
    const { allowedSources: _sources, ...without } = registry;
    const { ask } = await startWithCharlie({ registry: without });
    const asking = ask({ ...event, allowedSources: ['203.0.113.0/24'] });
    await expect(asking).rejects.toThrow(
      `client ${event.client} cannot be bound to addresses: API Gateway keeps the authorizer's results per token and not per address: deploy with clientTable.allowedSources: true first`,
    );
  });

  test('a policy that would be too long with as many sources as a client may have', async () => {
    const methods = Array.from({ length: 56 }, (_, index) => ({
      httpMethod: 'GET',
      resourcePath: `/resources-${index}`,
      permission: 'job.read' as const,
    }));
    const { allowedSources: _sources, ...without } = {
      ...registry,
      apis: [{ name: 'Api', isHttpApi: false, methods }],
    };
    const unbound = await start({ registry: without });
    expect(await unbound.ask(charlie)).toMatchObject({ state: 'active' });
    const { ask } = await start({
      registry: { ...registry, apis: [{ name: 'Api', isHttpApi: false, methods }] },
    });
    await expect(ask(charlie)).rejects.toThrow(
      /^the policy of client charlie lists 56 routes and takes about \d+ bytes, more than the 8192/,
    );
  });

  test('a plan where there are none', async () => {
    const { ask } = await start({ registry: { ...registry, plans: [] } });
    await expect(ask(charlie)).rejects.toThrow(
      'there are no usage plans, so leave plan standard out',
    );
  });
});

describe('rotate', () => {
  test('gives a new token, and leaves the old one for the overlap', async () => {
    const { world, ask } = await startWithCharlie();
    const flushes = world.flushes;
    const view = await ask({ ...rotation, overlapSeconds: 60 });
    expect(ids(view)).toEqual([idFor('second'), idFor('first')]);
    expect(view.tokens[1]?.expiresAt).toBe(Number(view.tokens[0]?.issuedAt) + 60_000);
    expect([view.version, world.flushes]).toEqual([2, flushes]);
    expect(world.isAccepted(digestFor('first'))).toBe(true);
    world.time = Number(view.tokens[1]?.expiresAt);
    expect([...world.granted()]).toEqual([`${digestFor('second')} job.read`]);
    expect(ids(await ask({ operation: 'get', client: 'charlie' }))).toEqual([idFor('second')]);
  });

  test('takes the overlap that the stack was deployed with, unless another is asked for', async () => {
    const { ask } = await startWithCharlie();
    const { tokens } = await ask(rotation);
    expect(tokens[1]?.expiresAt).toBe(Number(tokens[0]?.issuedAt) + HOUR);
  });

  test('within an overlap, ends all but the token that it replaces', async () => {
    const { world, ask } = await startWithCharlie();
    await ask(rotation);
    const view = await ask({ ...rotation, digest: digestFor('third') });
    expect(ids(view)).toEqual([idFor('third'), idFor('second')]);
    expect(world.isAccepted(digestFor('first'))).toBe(false);
    expect(world.isAccepted(digestFor('second'))).toBe(true);
  });

  test('without an overlap, nothing accepts the old token when it returns', async () => {
    const { world, ask } = await startWithCharlie();
    const view = await ask({ ...rotation, overlapSeconds: 0 });
    expect(ids(view)).toEqual([idFor('second')]);
    expect(world.isAccepted(digestFor('first'))).toBe(false);
    expect(world.contradictions()).toEqual([]);
  });

  test('answers a repeat in the same way', async () => {
    const { world, ask } = await startWithCharlie();
    const first = await ask(rotation);
    world.time += 60_000;
    expect(await ask(rotation)).toEqual(first);
  });

  test('a repeat with a shorter overlap shortens it', async () => {
    const { world, ask } = await startWithCharlie();
    await ask(rotation);
    expect(ids(await ask({ ...rotation, overlapSeconds: 0 }))).toEqual([idFor('second')]);
    expect(world.isAccepted(digestFor('first'))).toBe(false);
  });

  test('never gives a token twice', async () => {
    const { ask } = await startWithCharlie();
    await ask(rotation);
    for (const digest of [digestFor('first'), digestFor('second')]) {
      await ask({ ...rotation, digest: digestFor('third') });
      await expect(ask({ ...rotation, digest })).rejects.toThrow(
        'the token of client charlie was replaced or ended: make another',
      );
    }
  });

  test('gives a client a token whose tokens were all revoked', async () => {
    const { world, ask } = await startWithCharlie();
    await ask({ operation: 'revoke', client: 'charlie', tokens: 'all' });
    expect(ids(await ask(rotation))).toEqual([idFor('second')]);
    expect(world.isAccepted(digestFor('second'))).toBe(true);
  });
});

describe('what an operator decided for another current token', () => {
  test('is refused: a rotation would end the token that the client uses', async () => {
    const { world, ask } = await startWithCharlie();
    const seen = { currentId: idFor('first') };
    await ask({ ...rotation, ...seen });
    const late = ask({ ...rotation, digest: digestFor('third'), ...seen });
    await expect(late).rejects.toThrow('was rotated or revoked meanwhile');
    expect(world.granted()).toEqual(
      new Set(['first', 'second'].map((name) => `${digestFor(name)} job.read`)),
    );
    await ask({ ...rotation, ...seen });
  });

  test('is refused: the token to be kept would be the previous one by now', async () => {
    const { ask } = await startWithCharlie();
    await ask(rotation);
    await ask({ ...rotation, digest: digestFor('third') });
    const previous = { operation: 'revoke', client: 'charlie', tokens: 'previous' };
    const late = ask({ ...previous, currentId: idFor('second') });
    await expect(late).rejects.toThrow('was rotated or revoked meanwhile');
    expect(ids(await ask({ ...previous, currentId: idFor('third') }))).toEqual([idFor('third')]);
    await ask({ ...previous, tokens: 'all', currentId: idFor('first') });
    await expect(ask({ ...previous, currentId: idFor('third') })).rejects.toThrow('meanwhile');
  });
});

describe('revoke', () => {
  test('ends the previous token only', async () => {
    const { world, ask } = await startWithCharlie();
    await ask(rotation);
    const view = await ask({ operation: 'revoke', client: 'charlie', tokens: 'previous' });
    expect(ids(view)).toEqual([idFor('second')]);
    expect(world.isAccepted(digestFor('first'))).toBe(false);
    expect(world.isAccepted(digestFor('second'))).toBe(true);
  });

  test('ends all tokens, and flushes again when it is repeated', async () => {
    const { world, ask } = await startWithCharlie();
    await ask(rotation);
    const revocation = { operation: 'revoke', client: 'charlie', tokens: 'all' };
    const view = await ask(revocation);
    expect(view).toMatchObject({ state: 'active', version: 3, tokens: [] });
    expect(world.accepted()).toEqual(new Set());
    const flushes = world.flushes;
    expect(await ask(revocation)).toEqual(view);
    expect(world.flushes).toBe(flushes + 2);
  });
});

describe('set', () => {
  const set = { operation: 'set', client: 'charlie' };

  test('changes permissions for all tokens; nothing accepts what it took away', async () => {
    const { world, ask } = await startWithCharlie();
    await ask(rotation);
    await ask({ ...set, permissions: ['job.read', 'job.create'] });
    expect(world.granted().size).toBe(4);
    const view = await ask({ ...set, permissions: ['job.create'] });
    expect(view).toMatchObject({ permissions: ['job.create'], version: 4 });
    const both = ['second', 'first'].map((name) => `${digestFor(name)} job.create`);
    expect(world.accepted()).toEqual(new Set(both));
  });

  test('suspends a client, and lets it call again with the same tokens', async () => {
    const { world, ask } = await startWithCharlie();
    expect(await ask({ ...set, state: 'suspended' })).toMatchObject({ state: 'suspended' });
    expect(world.accepted()).toEqual(new Set());
    const flushes = world.flushes;
    expect(await ask({ ...set, state: 'active' })).toMatchObject({ state: 'active', version: 3 });
    expect(world.isAccepted(digestFor('first'))).toBe(true);
    // An HTTP API has kept the Deny.
    expect(world.flushes).toBeGreaterThan(flushes);
  });

  test('moves the key into another plan, without a flush', async () => {
    const { world, ask } = await startWithCharlie();
    const key = world.clients.get('charlie')?.usageIdentifierKey;
    const flushes = world.flushes;
    expect(await ask({ ...set, plan: 'gold' })).toMatchObject({ plan: 'gold', version: 2 });
    expect(world.clients.get('charlie')?.usageIdentifierKey).toBe(key);
    expect(world.keyFaults()).toEqual([]);
    expect(world.flushes).toBe(flushes);
  });

  test('writes nothing when it is repeated, but moves the key and flushes all the same', async () => {
    const { world, ask } = await startWithCharlie();
    const request = { ...set, plan: 'gold', permissions: ['job.create'], state: 'suspended' };
    const view = await ask(request);
    world.plans.get('gold')?.delete(`id-of-${world.clients.get('charlie')?.usageIdentifierKey}`);
    const flushes = world.flushes;
    expect(await ask(request)).toEqual(view);
    expect(world.flushes).toBe(flushes + 2);
    expect(world.keyFaults()).toEqual([]);
  });

  test('gives a key to a client from a time without usage plans', async () => {
    const world = new ClientWorld();
    const without = world.ports(undefined, { registry: { ...registry, plans: [] } });
    await createClientFunction(without)({ ...charlie, plan: undefined });
    const handler = createClientFunction(world.ports());
    await expect(handler({ operation: 'sync' })).rejects.toThrow(
      'not synchronised: client charlie has no API key: set its plan to one of standard, gold',
    );
    world.time += DELAY;
    expect(await handler({ ...set, plan: 'gold' })).toMatchObject({
      state: 'active',
      plan: 'gold',
    });
    expect([world.contradictions(), world.keyFaults()]).toEqual([[], []]);
  });
});

describe('a client that is bound to addresses', () => {
  const SOURCES = ['203.0.113.0/24', '2001:db8::/32'];
  const set = { operation: 'set', client: 'charlie' };
  const accessFrom = (...sources: string[]) =>
    new Set(sources.map((source) => `${digestFor('first')} job.read from ${source}`));

  test('is created so, shown so, and stays so when it is rotated', async () => {
    const { world, ask } = await start();
    const created = await ask({ ...charlie, allowedSources: SOURCES });
    expect(created).toMatchObject({ allowedSources: SOURCES });
    expect(world.accepted()).toEqual(accessFrom(...SOURCES));
    const reordered = { ...charlie, allowedSources: [...SOURCES, ...SOURCES].reverse() };
    expect(await ask(reordered)).toEqual(created);
    await expect(ask(charlie)).rejects.toThrow('client charlie exists already');
    const rotated = await ask({ ...rotation, overlapSeconds: 0 });
    expect(rotated).toMatchObject({ allowedSources: SOURCES });
    expect([...world.granted()][0]).toBe(`${digestFor('second')} job.read from ${SOURCES[0]}`);
    expect(world.contradictions()).toEqual([]);
  });

  test('is imported so', async () => {
    const { world, ask } = await start();
    const { operation: _operation, ...client } = { ...charlie, allowedSources: SOURCES };
    const answer = await ask<ImportedClient[]>({ operation: 'import', clients: [client] });
    expect(answer).toMatchObject([{ outcome: 'created' }]);
    expect(world.accepted()).toEqual(accessFrom(...SOURCES));
  });

  test('calls from nowhere else once it is bound, or bound to less', async () => {
    const { world, ask } = await startWithCharlie();
    await ask({ ...set, allowedSources: SOURCES });
    expect(world.accepted()).toEqual(accessFrom(...SOURCES));
    await ask({ ...set, allowedSources: SOURCES.slice(1) });
    expect(world.accepted()).toEqual(accessFrom('2001:db8::/32'));
    expect(world.contradictions()).toEqual([]);
  });

  test('calls from everywhere without sources, and what was kept of the others is forgotten', async () => {
    const { world, ask } = await startWithCharlie();
    const before = await ask({ operation: 'get', client: 'charlie' });
    await ask({ ...set, allowedSources: SOURCES });
    const flushes = world.flushes;
    const view = await ask({ ...set, allowedSources: [] });
    expect(view).toEqual({ ...view, version: 3, tokens: before.tokens });
    expect(view).not.toHaveProperty('allowedSources');
    expect(world.flushes).toBe(flushes + 2);
    expect(world.granted()).toEqual(new Set([`${digestFor('first')} job.read`]));
  });

  test('is told of by sync once the stack keeps results per token only', async () => {
    const { world, ask } = await start();
    await ask({ ...charlie, allowedSources: SOURCES });
    const { allowedSources: _sources, ...without } = registry;
    const handler = createClientFunction(world.ports(undefined, { registry: without }));
    await expect(handler({ operation: 'sync' })).rejects.toThrow(
      "not synchronised: client charlie is bound to addresses, but API Gateway keeps the authorizer's results per token and not per address: deploy with clientTable.allowedSources: true first",
    );
    expect(await handler({ ...set, allowedSources: [] })).toMatchObject({ client: 'charlie' });
    expect(await handler({ operation: 'sync' })).toMatchObject({ keysMade: 0 });
  });

  test.each<[string, unknown, string]>([
    ['no list', '203.0.113.7', 'allowedSources must be a list of sources'],
    [
      'bits set after the prefix',
      ['203.0.113.0/24', '203.0.113.7/24'],
      'allowedSources is malformed: source 203.0.113.7/24 must be the first address of its block: there are bits set after the prefix',
    ],
    [
      'no text',
      [7],
      'allowedSources is malformed: source number 1 must be an address such as 203.0.113.7, or a block such as 203.0.113.0/24 or 2001:db8::/32',
    ],
    [
      'too many',
      Array.from({ length: 21 }, (_, index) => `203.0.113.${index}`),
      'allowedSources is malformed: there are 21 sources, more than 20: put addresses together in blocks',
    ],
  ])('may not have sources with %s', async (_, allowedSources, message) => {
    const { ask } = await startWithCharlie();
    const { operation: _operation, ...client } = charlie;
    for (const event of [
      { ...charlie, allowedSources },
      { ...set, allowedSources },
      { operation: 'import', clients: [{ ...client, allowedSources }] },
    ]) {
      await expect(ask(event)).rejects.toThrow(new TypeError(message));
    }
  });
});

describe('delete', () => {
  const deletion = { operation: 'delete', client: 'charlie' };

  test('leaves nothing that is accepted, no item and no key', async () => {
    const { world, ask } = await startWithCharlie();
    await ask(rotation);
    expect(await ask(deletion)).toBeNull();
    expect(world.accepted()).toEqual(new Set());
    expect(world.clients.size).toBe(0);
    expect([world.contradictions(), world.keyFaults()]).toEqual([[], []]);
    expect(await ask(deletion)).toBeNull();
  });

  test('does not let an ended token come back with a new client of the name', async () => {
    const { ask } = await startWithCharlie();
    await ask(deletion);
    await expect(ask(charlie)).rejects.toThrow(
      'the token of client charlie was replaced or ended: make another',
    );
    expect(await ask({ ...charlie, digest: digestFor('new') })).toMatchObject({ version: 1 });
  });
});

describe('import', () => {
  const many = (count: number, change: object = {}) =>
    Array.from({ length: count }, (_, index) => ({
      client: `client-x${index}`,
      permissions: ['job.read'],
      plan: index % 2 === 0 ? 'standard' : 'gold',
      digest: digestFor(`of ${index}`),
      ...change,
    }));
  const importing = (clients: readonly object[]) => ({ operation: 'import', clients });

  test('makes all clients, with ripe keys first, and leaves ripe to be', async () => {
    const { world } = await start();
    const { table } = world.ports();
    const change = jest.fn((...args: Parameters<typeof table.change>) => table.change(...args));
    const handler = createClientFunction(world.ports(undefined, { table: { ...table, change } }));
    const answer = (await handler(importing(many(100)))) as ImportedClient[];
    // No two of them wanted the same key.
    expect(change).toHaveBeenCalledTimes(100);
    expect(answer.map(({ outcome }) => outcome)).toEqual(Array(100).fill('created'));
    expect(answer.filter(({ readyAt }) => readyAt === undefined)).toHaveLength(20);
    expect([world.contradictions(), world.keyFaults()]).toEqual([[], []]);
    for (const plan of registry.plans) expect(world.spareKeys.get(plan)?.size).toBe(10);
  });

  test('a repeat finds all of them unchanged, and makes no key', async () => {
    const { world, ask } = await start();
    await ask(importing(many(30)));
    const keys = world.keys.size;
    const answer = await ask<ImportedClient[]>(importing(many(30)));
    expect(answer.map(({ outcome }) => outcome)).toEqual(Array(30).fill('unchanged'));
    expect(world.keys.size).toBe(keys);
  });

  test('says what failed and why, and makes the others', async () => {
    const { world, ask } = await startWithCharlie();
    const [first = {}, second = {}, third = {}] = many(3);
    const answer = await ask<ImportedClient[]>(
      importing([
        first,
        { ...second, client: 'charlie' },
        { ...second, permissions: ['job.delete'] },
        { ...third, client: 'client-x0' },
        { ...third, digest: digestFor('of 0') },
        third,
      ]),
    );
    expect(answer.map(({ outcome }) => outcome)).toEqual([
      'created',
      'failed',
      'failed',
      'failed',
      'failed',
      'created',
    ]);
    expect(answer[3]?.reason).toMatch(/^client client-x0 exists already/);
    expect(answer[4]?.reason).toMatch(/^the token is one of client client-x0/);
    expect([world.contradictions(), world.keyFaults()]).toEqual([[], []]);
  });

  test('makes each key that one call did not make', async () => {
    const { world, ask } = await start();
    world.madeAtOnce = 7;
    await ask(importing(many(40)));
    expect(world.keyFaults()).toEqual([]);
  });

  test('needs no keys where there are no plans', async () => {
    const { world, ask } = await start({ registry: { ...registry, plans: [] } });
    const [answer] = await ask<ImportedClient[]>(importing(many(1, { plan: undefined })));
    expect(answer).toEqual({ client: 'client-x0', outcome: 'created' });
    expect(world.keys.size).toBe(0);
    expect(world.tokens.get(digestFor('of 0'))?.usageIdentifierKey).toBeUndefined();
  });
});

describe('views', () => {
  test('get tells by which ids API Gateway counts', async () => {
    const { world, ask } = await startWithCharlie();
    const key = world.clients.get('charlie')?.usageIdentifierKey;
    const get = { operation: 'get', client: 'charlie' };
    expect(await ask(get)).toMatchObject({
      usagePlanId: 'id-of-standard',
      apiKeyId: `id-of-${key}`,
    });
    world.keys.clear();
    expect(await ask(get)).not.toHaveProperty('apiKeyId');
    expect(await ask({ ...get, client: 'nobody' })).toBeNull();
  });

  test('find tells whose a token is, until it ends', async () => {
    const { ask } = await startWithCharlie();
    const find = { operation: 'find', digest: digestFor('first') };
    expect(await ask(find)).toMatchObject({
      client: { client: 'charlie' },
      tokenId: idFor('first'),
    });
    await ask({ ...rotation, overlapSeconds: 0 });
    expect(await ask(find)).toBeNull();
    expect(await ask({ ...find, digest: digestFor('unknown') })).toBeNull();
  });

  test('list goes through all clients in pages', async () => {
    const { ask } = await start();
    for (const client of ['delta', 'charlie', 'echo']) {
      await ask({ ...charlie, client, digest: digestFor(client) });
    }
    type Page = { readonly clients: readonly ClientView[]; readonly next?: string };
    const first = await ask<Page>({ operation: 'list', limit: 2 });
    expect(first.clients.map(({ client }) => client)).toEqual(['charlie', 'delta']);
    const second = await ask<Page>({ operation: 'list', limit: 2, after: first.next });
    expect(second.clients.map(({ client }) => client)).toEqual(['echo']);
    expect(second).not.toHaveProperty('next');
    const all = await ask<Page>({ operation: 'list' });
    expect(all.clients).toHaveLength(3);
  });
});

test('each operation leaves one line, and no digest of a token', async () => {
  const { world, ask } = await start();
  await ask(charlie);
  await ask({ ...rotation, overlapSeconds: 0 });
  await ask({ operation: 'set', client: 'charlie', state: 'suspended' });
  await ask({ operation: 'revoke', client: 'charlie', tokens: 'all' });
  await ask({ operation: 'delete', client: 'charlie' });
  const line = (operation: string, version: string, tokenId?: string) => ({
    level: 'INFO',
    event: 'operation',
    operation,
    client: 'charlie',
    version,
    ...(tokenId && { tokenId }),
  });
  expect(world.log.lines).toEqual([
    expect.objectContaining({ operation: 'sync', keysMade: '20' }),
    line('create', '1', idFor('first')),
    line('rotate', '2', idFor('second')),
    line('set', '3', idFor('second')),
    line('revoke', '4', idFor('second')),
    line('delete', '5'),
  ]);
  expect(JSON.stringify(world.log.lines)).not.toContain(digestFor('first').slice(0, 20));
});

test.each([undefined, null, 'text', {}, { operation: 'drop' }])('refuses %j', async (event) => {
  const { handler } = await start();
  await expect(handler(event)).rejects.toThrow(new TypeError('there is no such operation'));
});
