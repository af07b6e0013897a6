import {
  DynamoDBClient,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TransactWrite } from '../../lambda/dynamodb/operations.ts';
import { startDynamoDb } from '../support/client-table.ts';

const NAMES = ['one', 'two', 'three', 'four'] as const;
type Name = (typeof NAMES)[number];

let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;
let TableName: string;
let tables = 0;
let ahead = 0;

beforeAll(async () => {
  dynamoDb = await startDynamoDb(() => Date.now() + ahead);
});
afterAll(() => dynamoDb.stop());

async function newTable(): Promise<void> {
  TableName = `table-${tables++}`;
  await dynamoDb.createTable(TableName);
}
beforeEach(newTable);

const keyOf = (name: string) => ({ pk: { S: name }, sk: { S: 'x' } });
const number = (value: number) => ({ N: String(value) });
const put = (name: string, value: number): TransactWrite => ({
  Put: { TableName, Item: { ...keyOf(name), value: number(value) } },
});
const add = (name: string, value: number) => ({
  TableName,
  Key: keyOf(name),
  UpdateExpression: 'ADD #value :value',
  ExpressionAttributeNames: { '#value': 'value' },
  ExpressionAttributeValues: { ':value': number(value) },
});
const check = (name: string, ConditionExpression: string): TransactWrite => ({
  ConditionCheck: { TableName, Key: keyOf(name), ConditionExpression },
});

const transact = (TransactItems: readonly TransactWrite[], ClientRequestToken?: string) =>
  dynamoDb.client.call('TransactWriteItems', {
    TransactItems,
    ...(ClientRequestToken !== undefined && { ClientRequestToken }),
  });

async function read(name: string): Promise<number | undefined> {
  const Key = keyOf(name);
  const { Item } = await dynamoDb.client.call('GetItem', { TableName, Key, ConsistentRead: true });
  const value = Item?.value;
  return value && 'N' in value ? Number(value.N) : undefined;
}

const INVALID = { name: 'ValidationException' };

describe('a transaction', () => {
  test('is refused without a write, and with more than 100', async () => {
    const many = Array.from({ length: 101 }, (_, index) => put(`item-${index}`, 1));
    await expect(transact([])).rejects.toMatchObject(INVALID);
    await expect(transact(many)).rejects.toMatchObject(INVALID);
    expect(await transact(many.slice(1))).toEqual({});
    expect(await read('item-100')).toBe(1);
  });

  test('is refused if two operations are for one item', async () => {
    const twice = transact([put('one', 1), check('two', 'attribute_exists(pk)'), put('two', 2)]);
    await expect(twice).rejects.toMatchObject(INVALID);
    expect(await read('one')).toBeUndefined();
  });

  test.each<[string, () => object]>([
    ['no operation', () => ({})],
    ['two operations', () => ({ ...put('one', 1), ...check('two', 'attribute_exists(pk)') })],
    ['another operation', () => ({ Get: { TableName, Key: keyOf('one') } })],
    ['a check without a condition', () => ({ ConditionCheck: { TableName, Key: keyOf('one') } })],
    ['an update without an expression', () => ({ Update: { TableName, Key: keyOf('one') } })],
    ['a condition of unknown values', () => check('one', '#value = :value')],
  ])('is refused with %s', async (_, item) => {
    const items = [put('two', 2), item() as TransactWrite];
    await expect(transact(items)).rejects.toMatchObject(INVALID);
    expect(await read('two')).toBeUndefined();
  });

  test.each([
    ['no JSON', '{', 'SerializationException'],
    ['no object', '[]', 'SerializationException'],
    ['a token that is too long', { ClientRequestToken: 'x'.repeat(37) }, 'ValidationException'],
    ['a token that is no text', { ClientRequestToken: 5 }, 'ValidationException'],
    ['no list', { TransactItems: 'none' }, 'ValidationException'],
  ])('is refused with %s', async (_, input, name) => {
    const response = await fetch(dynamoDb.env.AWS_ENDPOINT_URL_DYNAMODB ?? '', {
      method: 'POST',
      headers: { 'x-amz-target': 'DynamoDB_20120810.TransactWriteItems' },
      body: typeof input === 'string' ? input : JSON.stringify(input),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: expect.stringContaining(`#${name}`) });
  });

  test('is refused with more than 4 MB', async () => {
    const text = { S: 'x'.repeat(350_000) };
    const large = (count: number): TransactWrite[] =>
      Array.from({ length: count }, (_, index) => ({
        Put: { TableName, Item: { ...keyOf(`large-${index}`), text } },
      }));
    await expect(transact(large(12))).rejects.toMatchObject(INVALID);
    expect(await transact(large(11))).toEqual({});
  });

  test('is cancelled if its only item cannot be of the table', async () => {
    const odd = { Delete: { TableName, Key: { pk: { S: 'one' } } } };
    await expect(transact([odd])).rejects.toMatchObject({
      cancellationReasons: ['ValidationError'],
    });
  });

  test('is refused for a table that is not there', async () => {
    const elsewhere = { Delete: { TableName: 'no-such-table', Key: keyOf('one') } };
    await expect(transact([put('two', 2), elsewhere])).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect(await read('two')).toBeUndefined();
  });

  test('tells of each operation why it was cancelled', async () => {
    await transact([{ Put: { TableName, Item: { ...keyOf('text'), value: { S: 'text' } } } }]);
    const cancelled = transact([
      put('one', 1),
      check('two', 'attribute_exists(pk)'),
      { Update: add('text', 1) },
      { Delete: { TableName, Key: { pk: { S: 'three' } } } },
    ]);
    await expect(cancelled).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      cancellationReasons: ['None', 'ConditionalCheckFailed', 'ValidationError', 'ValidationError'],
    });
    expect(await read('one')).toBeUndefined();
  });

  test('that is cancelled may be sent again with its token, once it can be made', async () => {
    const items = [put('one', 1), check('two', 'attribute_exists(pk)')];
    await expect(transact(items, 'token-a')).rejects.toMatchObject({
      name: 'TransactionCanceledException',
    });
    await transact([put('two', 2)]);
    await transact(items, 'token-a');
    expect(await read('one')).toBe(1);
  });

  test('is not made again with its token for ten minutes, and another one is refused', async () => {
    const items = [{ Update: add('one', 1) }];
    await transact(items, 'token-b');
    ahead += 9.9 * 60_000;
    await transact(items, 'token-b');
    expect(await read('one')).toBe(1);
    await expect(transact([{ Update: add('one', 2) }], 'token-b')).rejects.toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
    ahead += 0.2 * 60_000;
    await transact(items, 'token-b');
    expect(await read('one')).toBe(2);
  });

  describe('at the same time as others', () => {
    let sdk: DynamoDBClient;
    beforeAll(() => {
      const { AWS_ENDPOINT_URL_DYNAMODB: endpoint = '', AWS_ACCESS_KEY_ID: key = '' } =
        dynamoDb.env;
      const credentials = { accessKeyId: key, secretAccessKey: key };
      sdk = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
    });
    afterAll(() => sdk.destroy());
    const together = (...TransactItems: TransactWriteItem[]) =>
      sdk.send(new TransactWriteItemsCommand({ TransactItems }));

    test('loses no write of theirs, and they lose none of its', async () => {
      const times = Array.from({ length: 60 }, (_, index) => index);
      await Promise.all(
        times.flatMap(() => [
          sdk.send(new UpdateItemCommand(add('one', 1))),
          together({ Update: add('two', 1) }, { Update: add('one', 100) }),
        ]),
      );
      expect([await read('one'), await read('two')]).toEqual([6_060, 60]);
    });

    test('ends, also if each has what the other one waits for', async () => {
      const here = TableName;
      await newTable();
      const [one, two] = [add('one', 1), { ...add('two', 1), TableName: here }];
      const pairs = Array.from({ length: 20 }, () => [
        together({ Update: one }, { Update: two }),
        together({ Update: two }, { Update: one }),
      ]);
      await Promise.all(pairs.flat());
      expect(await read('one')).toBe(40);
    });

    test('is made once, if it is sent twice with one token', async () => {
      const input = { TransactItems: [{ Update: add('one', 1) }], ClientRequestToken: 'twice' };
      const send = () => sdk.send(new TransactWriteItemsCommand(input));
      await Promise.all([send(), send(), send()]);
      expect(await read('one')).toBe(1);
    });
  });
});

type Step = {
  readonly name: Name;
  readonly kind: 'put' | 'add' | 'delete' | 'check';
  readonly value: number;
  readonly needs: 'nothing' | 'an item' | 'no item' | 'a small value';
};

/** What each condition means, for the value of an item. */
const conditions = {
  nothing: { holds: () => true, expression: undefined },
  'an item': { holds: (value?: number) => value !== undefined, expression: 'attribute_exists(pk)' },
  'no item': {
    holds: (value?: number) => value === undefined,
    expression: 'attribute_not_exists(pk)',
  },
  'a small value': {
    holds: (value?: number) => value !== undefined && value < 5,
    expression: '#v < :five',
  },
} as const;

function operationOf({ name, kind, value, needs }: Step): TransactWrite {
  const { expression } = conditions[needs];
  const names = { '#v': 'value' };
  const five = { ':five': number(5) };
  const condition = {
    ...(expression && { ConditionExpression: expression }),
    ...(needs === 'a small value' && {
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: five,
    }),
  };
  const on = { TableName, Key: keyOf(name) };
  switch (kind) {
    case 'put':
      return { Put: { TableName, Item: { ...on.Key, value: number(value) }, ...condition } };
    case 'delete':
      return { Delete: { ...on, ...condition } };
    case 'check':
      return {
        ConditionCheck: {
          ...on,
          ...condition,
          ConditionExpression: expression ?? 'attribute_exists(pk) OR attribute_not_exists(pk)',
        },
      };
    case 'add':
      return {
        Update: {
          ...add(name, value),
          ...condition,
          ExpressionAttributeNames: {
            '#value': 'value',
            ...(needs === 'a small value' && names),
          },
          ExpressionAttributeValues: {
            ':value': number(value),
            ...(needs === 'a small value' && five),
          },
        },
      };
  }
}

function apply(model: Map<Name, number>, { name, kind, value }: Step): void {
  if (kind === 'put') model.set(name, value);
  if (kind === 'add') model.set(name, (model.get(name) ?? 0) + value);
  if (kind === 'delete') model.delete(name);
}

const step: fc.Arbitrary<Step> = fc.record({
  name: fc.constantFrom(...NAMES),
  kind: fc.constantFrom('put', 'add', 'delete', 'check'),
  value: fc.integer({ min: 0, max: 9 }),
  needs: fc.constantFrom(...(Object.keys(conditions) as Step['needs'][])),
});
const transaction = fc.uniqueArray(step, {
  selector: ({ name }) => name,
  minLength: 1,
  maxLength: NAMES.length,
});

test('property: transactions do what a list of values in memory does', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(transaction, { maxLength: 8 }), async (transactions) => {
      await newTable();
      const model = new Map<Name, number>();
      for (const steps of transactions) {
        const reasons = steps.map(({ name, needs }) =>
          conditions[needs].holds(model.get(name)) ? 'None' : 'ConditionalCheckFailed',
        );
        const outcome = transact(steps.map(operationOf));
        if (reasons.every((each) => each === 'None')) {
          expect(await outcome).toEqual({});
          for (const each of steps) apply(model, each);
        } else {
          await expect(outcome).rejects.toMatchObject({ cancellationReasons: reasons });
        }
      }
      const found = await Promise.all(NAMES.map(async (name) => [name, await read(name)] as const));
      expect(found).toEqual(NAMES.map((name) => [name, model.get(name)]));
    }),
    { numRuns: 40 },
  );
}, 60_000);
