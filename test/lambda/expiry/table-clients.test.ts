import { expect, jest, test } from '@jest/globals';
import {
  type ClientItem,
  serializeClientItem,
} from '../../../lambda/contract/table/client-item.ts';
import type { DynamoDbClient } from '../../../lambda/dynamodb/dynamodb-client.ts';
import { clientPages } from '../../../lambda/expiry/table-clients.ts';

const client = (name: string): ClientItem => ({
  name,
  permissions: ['job.read'],
  state: 'active',
  allowedSources: [],
  version: 1,
  tokens: [],
});

/** A client of DynamoDB that answers with pages, and the inputs that it was given. */
function dynamoDb(...pages: object[]) {
  const call = jest.fn<(operation: string, input: object) => Promise<object>>();
  for (const page of pages) call.mockResolvedValueOnce(page);
  return { db: { call } as unknown as DynamoDbClient, call };
}

async function all(db: DynamoDbClient): Promise<ClientItem[]> {
  const clients: ClientItem[] = [];
  for await (const page of clientPages(db, 'Clients')()) clients.push(...page);
  return clients;
}

test('every page is read, each from where the one before ended', async () => {
  const LastEvaluatedKey = { pk: { S: 'client' }, sk: { S: 'a' } };
  const { db, call } = dynamoDb(
    { Items: [serializeClientItem(client('a'))], LastEvaluatedKey },
    { LastEvaluatedKey },
    { Items: [serializeClientItem(client('b'))] },
  );
  expect(await all(db)).toEqual([client('a'), client('b')]);
  const query = {
    TableName: 'Clients',
    KeyConditionExpression: '#partition = :clients',
    ExpressionAttributeNames: { '#partition': 'pk' },
    ExpressionAttributeValues: { ':clients': { S: 'client' } },
  };
  const next = { ...query, ExclusiveStartKey: LastEvaluatedKey };
  expect(call.mock.calls).toEqual([
    ['Query', query],
    ['Query', next],
    ['Query', next],
  ]);
});

test('an item that is none fails: silence would look like no ends', async () => {
  const { db } = dynamoDb({ Items: [{ pk: { S: 'client' }, sk: { S: 'a' } }] });
  await expect(all(db)).rejects.toThrow('malformed client item');
});
