import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClientFunction } from '../../../lambda/clients/client-function.ts';
import { dynamoDbClientTable } from '../../../lambda/clients/dynamodb-client-table.ts';
import { type ClientTable, StaleError, type TableWrite } from '../../../lambda/clients/ports.ts';
import type { ClientItem } from '../../../lambda/contract/table/client-item.ts';
import type { TokenItem } from '../../../lambda/contract/table/token-item.ts';
import { DynamoDbError } from '../../../lambda/dynamodb/dynamodb-error.ts';
import { startDynamoDb } from '../../support/client-table.ts';
import { ClientWorld, digestFor } from './client-world.ts';

let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;
let count = 0;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.stop());

async function newTable(): Promise<ClientTable> {
  const name = `clients-${count++}`;
  await dynamoDb.createTable(name);
  return dynamoDbClientTable(dynamoDb.client, name);
}

const NOW = 1_764_000_000_000;

const client = (change: Partial<ClientItem> = {}): ClientItem => ({
  name: 'charlie',
  permissions: ['job.read', 'job.*'],
  plan: 'gold',
  state: 'active',
  usageIdentifierKey: 'a'.repeat(40),
  allowedSources: ['203.0.113.0/24', '2001:db8::/32'],
  readyAt: NOW,
  tokens: [
    { digest: digestFor('new'), issuedAt: NOW },
    { digest: digestFor('old'), issuedAt: NOW - 5, expiresAt: NOW + 5 },
  ],
  version: 1,
  ...change,
});

const token = (change: Partial<TokenItem> = {}): TokenItem => ({
  digest: digestFor('new'),
  clientName: 'charlie',
  permissions: ['job.read'],
  state: 'active',
  ...change,
});

const add = (item: ClientItem): TableWrite => ({
  write: 'client',
  client: item,
  replaces: undefined,
});

test('reads what was written', async () => {
  const table = await newTable();
  const written = token({ usageIdentifierKey: 'b'.repeat(40), readyAt: NOW, expiresAt: NOW + 1 });
  await table.change([add(client()), { write: 'token', token: written, replaces: 'new' }]);
  expect(await table.client('charlie')).toEqual(client());
  expect(await table.token(digestFor('new'))).toEqual(written);
  expect(await table.client('delta')).toBeUndefined();
  expect(await table.token(digestFor('old'))).toBeUndefined();
});

test('lists clients in pages, in the order of their names', async () => {
  const table = await newTable();
  for (const name of ['delta', 'charlie', 'echo']) await table.change([add(client({ name }))]);
  const first = await table.clients({ limit: 2 });
  expect(first.clients.map(({ name }) => name)).toEqual(['charlie', 'delta']);
  expect(first.next).toBe('delta');
  const second = await table.clients({ limit: 2, after: 'delta' });
  expect(second.clients.map(({ name }) => name)).toEqual(['echo']);
  expect(second.next).toBeUndefined();
});

test('removes a deleted client in the version that was read, and nothing else', async () => {
  const table = await newTable();
  const deleted = client({ state: 'deleted', version: 3 });
  await table.change([add(client({ name: 'delta' })), add(deleted)]);
  const stale = table.removeClient(client({ ...deleted, version: 2 }));
  await expect(stale).rejects.toBeInstanceOf(StaleError);
  await expect(table.removeClient(client({ name: 'delta' }))).rejects.toBeInstanceOf(StaleError);
  await table.removeClient(deleted);
  await expect(table.removeClient(deleted)).rejects.toBeInstanceOf(StaleError);
  expect(await table.client('delta')).toBeDefined();
});

test('keeps spare keys by plan', async () => {
  const table = await newTable();
  const key = { value: 'c'.repeat(40), state: 'making', madeAt: NOW } as const;
  await table.addSpareKey('gold', key);
  expect(await table.spareKeys('gold')).toEqual([key]);
  expect(await table.spareKeys('standard')).toEqual([]);
  await table.changeSpareKey('gold', { ...key, state: 'spare' });
  expect(await table.spareKeys('gold')).toEqual([{ ...key, state: 'spare' }]);
  await expect(table.changeSpareKey('standard', key)).rejects.toBeInstanceOf(StaleError);
});

/** Changes that depend on what is there, of few clients, tokens and keys so that they meet. */
const change = () => {
  const clientName = fc.constantFrom('charlie', 'delta');
  const digest = fc.constantFrom(digestFor('one'), digestFor('two'));
  const plan = fc.constantFrom('gold', 'standard');
  const write = fc.oneof(
    fc.record({
      write: fc.constant('client' as const),
      client: fc
        .record({ name: clientName, version: fc.integer({ min: 1, max: 3 }) })
        .map((fields) => client(fields)),
      replaces: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    }),
    fc.record({
      write: fc.constant('token' as const),
      token: fc
        .record(
          { digest, clientName, expiresAt: fc.integer({ min: 1, max: 4 }) },
          { requiredKeys: ['digest', 'clientName'] },
        )
        .map((fields) => token(fields)),
      replaces: fc.oneof(
        fc.constant('new' as const),
        fc.record({ validAt: fc.integer({ min: 0, max: 4 }) }),
      ),
    }),
    fc.record({
      write: fc.constant('take' as const),
      plan,
      key: fc.constant({ value: 'd'.repeat(40), state: 'spare' as const, madeAt: 1 }),
    }),
  );
  const target = (each: TableWrite) => {
    if (each.write === 'client') return each.client.name;
    return each.write === 'token' ? each.token.digest : each.plan;
  };
  // DynamoDB takes each item once in a transaction.
  const writes = fc.uniqueArray(write, { selector: target, minLength: 1, maxLength: 3 });
  return fc.oneof(
    { weight: 4, arbitrary: writes.map((each) => (table: ClientTable) => table.change(each)) },
    {
      weight: 1,
      arbitrary: fc.tuple(plan, fc.constantFrom('making' as const, 'spare' as const)).map(
        ([name, state]) =>
          (table: ClientTable) =>
            table.addSpareKey(name, { value: 'd'.repeat(40), state, madeAt: 1 }),
      ),
    },
  );
};

test('property: holds a change to its conditions, as the table of the other tests does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change(), { minLength: 5, maxLength: 15 }), async (changes) => {
      const tables = [await newTable(), new ClientWorld().ports().table];
      const outcome = async (table: ClientTable) => {
        const seen: unknown[] = [];
        for (const each of changes) {
          const end = each(table).then(
            () => 'done',
            (error: Error) => error.name,
          );
          seen.push(await end, await table.clients({ limit: 9 }));
          seen.push(await table.spareKeys('gold'), await table.spareKeys('standard'));
          for (const name of ['one', 'two']) seen.push(await table.token(digestFor(name)));
        }
        return seen;
      };
      const [real, fake] = await Promise.all(tables.map(outcome));
      expect(real).toEqual(fake);
    }),
    { numRuns: 15 },
  );
}, 60_000);

describe('what DynamoDB says', () => {
  const failing = (name: string, cancellationReasons: string[] = []) => {
    const error = new DynamoDbError('TransactWriteItems', { name, cancellationReasons });
    return dynamoDbClientTable({ call: () => Promise.reject(error) }, 'clients').change([]);
  };

  test.each([
    ['TransactionCanceledException', ['None', 'ConditionalCheckFailed']],
    ['TransactionCanceledException', ['TransactionConflict', 'None']],
    ['TransactionCanceledException', ['ThrottlingError']],
    ['TransactionInProgressException', []],
    ['ConditionalCheckFailedException', []],
  ])('%s with %j: somebody else was faster', async (name, reasons) => {
    await expect(failing(name, reasons)).rejects.toBeInstanceOf(StaleError);
  });

  test.each([
    ['TransactionCanceledException', ['ConditionalCheckFailed', 'ValidationError']],
    ['TransactionCanceledException', []],
    ['DeadlineExceeded', []],
    ['AccessDeniedException', []],
  ])('%s with %j: a fault', async (name, reasons) => {
    await expect(failing(name, reasons)).rejects.toMatchObject({ name });
  });

  test('an item that is no client or key is a fault', async () => {
    const items = { Items: [{ pk: { S: 'x' }, sk: { S: 'y' }, state: { S: 'z' } }] };
    const call = async () => items as never;
    const table = dynamoDbClientTable({ call }, 'clients');
    await expect(table.clients({ limit: 1 })).rejects.toThrow('malformed client item');
    await expect(table.spareKeys('gold')).rejects.toThrow('malformed spare key item');
  });

  test.each([null, 0, false, '', [], {}])(
    'does not take %j for an item that is not there',
    async (Item) => {
      const answering = { call: async () => ({ Item }) as never };
      const table = dynamoDbClientTable(answering, 'clients');
      await expect(table.client('charlie')).rejects.toThrow(TypeError);
      await expect(table.token(digestFor('new'))).rejects.toThrow(TypeError);
    },
  );
});

test('a whole life of a client, in DynamoDB', async () => {
  const world = new ClientWorld();
  const table = await newTable();
  const handler = createClientFunction(world.ports(undefined, { table }));
  await handler({ operation: 'sync' });
  world.time += 3_600_000;
  const create = {
    operation: 'create',
    client: 'charlie',
    permissions: ['job.read'],
    plan: 'standard',
    digest: digestFor('first'),
  };
  expect(await handler(create)).toMatchObject({ state: 'active' });
  expect(await handler(create)).toMatchObject({ version: 1 });
  await handler({ operation: 'rotate', client: 'charlie', digest: digestFor('second') });
  await handler({ operation: 'set', client: 'charlie', plan: 'gold', state: 'suspended' });
  expect(await table.token(digestFor('first'))).toMatchObject({ state: 'suspended' });
  await handler({ operation: 'revoke', client: 'charlie', tokens: 'previous' });
  expect((await table.token(digestFor('first')))?.expiresAt).toBeLessThanOrEqual(world.time);
  await handler({ operation: 'delete', client: 'charlie' });
  expect(await table.client('charlie')).toBeUndefined();
  expect((await table.token(digestFor('second')))?.expiresAt).toBeLessThanOrEqual(world.time);
  const clients = Array.from({ length: 30 }, (_, index) => ({
    ...create,
    client: `client-x${index}`,
    digest: digestFor(`of ${index}`),
  }));
  const imported = await handler({ operation: 'import', clients });
  expect(imported).toEqual(clients.map(() => expect.objectContaining({ outcome: 'created' })));
  expect(await handler({ operation: 'sync' })).toEqual({
    keysMade: 0,
    keysMoved: 0,
    keysRemoved: 0,
  });
}, 30_000);
