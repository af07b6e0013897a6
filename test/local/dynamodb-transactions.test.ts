import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TransactWrite } from '../../lambda/dynamodb/operations.ts';
import { startDynamoDb } from '../support/client-table.ts';

let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;
let TableName: string;
let tables = 0;

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  TableName = `table-${tables++}`;
  await dynamoDb.createTable(TableName);
});

const keyOf = (name: string) => ({ pk: { S: name }, sk: { S: 'x' } });
const put = (name: string, value: number, condition?: string): TransactWrite => ({
  Put: {
    TableName,
    Item: { ...keyOf(name), value: { N: String(value) } },
    ...(condition && { ConditionExpression: condition }),
  },
});
const remove = (name: string): TransactWrite => ({ Delete: { TableName, Key: keyOf(name) } });

const transact = (...TransactItems: TransactWrite[]) =>
  dynamoDb.client.call('TransactWriteItems', { TransactItems });

async function read(name: string): Promise<string | undefined> {
  const Key = keyOf(name);
  const { Item } = await dynamoDb.client.call('GetItem', { TableName, Key, ConsistentRead: true });
  const value = Item?.value;
  return value && 'N' in value ? value.N : undefined;
}

const allValues = async () => [await read('one'), await read('two'), await read('three')];

const MISSING = 'attribute_not_exists(pk)';

describe('a transaction of the local DynamoDB', () => {
  test('makes all writes', async () => {
    await transact(put('one', 1), put('three', 3));
    const add = {
      TableName,
      Key: keyOf('two'),
      UpdateExpression: 'ADD #value :two',
      ExpressionAttributeNames: { '#value': 'value' },
      ExpressionAttributeValues: { ':two': { N: '2' } },
    };
    expect(
      await transact({ Update: add }, remove('three'), put('one', 4, 'attribute_exists(pk)')),
    ).toEqual({});
    expect(await allValues()).toEqual(['4', '2', undefined]);
  });

  test('makes none if one condition does not hold, and says which', async () => {
    await transact(put('one', 1), put('two', 2));
    const failing = transact(
      put('one', 10),
      remove('two'),
      put('three', 30),
      put('four', 40, 'attribute_exists(pk)'),
      put('five', 50),
    );
    await expect(failing).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      cancellationReasons: ['None', 'None', 'None', 'ConditionalCheckFailed', 'None'],
    });
    expect(await allValues()).toEqual(['1', '2', undefined]);
  });

  test('makes none if one is malformed', async () => {
    await expect(transact(put('one', 1), put('two', 2, 'not a condition'))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    const check = { TableName, Key: keyOf('two'), ConditionExpression: 'not a condition' };
    await expect(transact(put('one', 1), { ConditionCheck: check })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    expect(await allValues()).toEqual([undefined, undefined, undefined]);
  });

  test('is made once for a token', async () => {
    const input = { TransactItems: [put('one', 1, MISSING)], ClientRequestToken: 'token' };
    await dynamoDb.client.call('TransactWriteItems', input);
    await dynamoDb.client.call('TransactWriteItems', input);
    await expect(transact(put('one', 1, MISSING))).rejects.toMatchObject({
      name: 'TransactionCanceledException',
    });
  });

  test('shows nobody a half of it, and many at a time come one after the other', async () => {
    await transact(put('one', 0), put('two', 0));
    const versions = Array.from({ length: 20 }, (_, index) => index + 1);
    const changes = versions.map((version) => transact(put('one', version), put('two', version)));
    let isOver = false;
    const looks = versions.map(async () => {
      while (!isOver) {
        const one = Number(await read('one'));
        // Never older than what was read before it.
        expect(Number(await read('two'))).toBeGreaterThanOrEqual(one);
      }
    });
    await Promise.all(changes);
    isOver = true;
    await Promise.all(looks);
    expect(await read('one')).toBe(await read('two'));
  });
});
