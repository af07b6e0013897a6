import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import {
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, test } from '@jest/globals';
import { newCredentials } from '../../local/aws/credentials.ts';
import { type DynamoDb, setUpClient, startDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { type StoreMessage, serveStore } from '../../local/dynamodb/serve-store.ts';
import { tablesOf } from '../../local/dynamodb/tables.ts';
import { eventually } from './support/eventually.ts';
import { newFolder } from './support/new-folder.ts';
import { onlyStack } from './support/only-stack.ts';

const credentials = newCredentials();
const notices: string[] = [];
const running: DynamoDb[] = [];
const clients: DynamoDBClient[] = [];

async function start(path: string | undefined): Promise<DynamoDb> {
  const db = await startDynamoDb({
    path,
    region: 'eu-west-1',
    credentials,
    notice: (text) => notices.push(text),
  });
  running.push(db);
  return db;
}

async function stop(db: DynamoDb): Promise<void> {
  running.splice(running.indexOf(db), 1);
  await db.stop();
}

afterAll(async () => {
  for (const client of clients) client.destroy();
  await Promise.all(running.map((db) => db.stop()));
});

function clientOf({ endpoint }: DynamoDb): DynamoDBClient {
  const client = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials });
  clients.push(client);
  return client;
}

const key = (AttributeName: string, KeyType = 'HASH') => ({ AttributeName, KeyType });
const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });

const tables = (properties: object, Type = 'AWS::DynamoDB::Table') =>
  tablesOf(onlyStack({ Resources: { Jobs: { Type, Properties: properties } } }));

const indexed = {
  KeySchema: [key('pk'), key('sk', 'RANGE')],
  AttributeDefinitions: ['pk', 'sk', 'a', 'b'].map(attribute),
  BillingMode: 'PAY_PER_REQUEST',
  SSESpecification: { SSEEnabled: true },
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byB',
      KeySchema: [key('b')],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['y', 'x'] },
      ContributorInsightsSpecification: { Enabled: true },
    },
    { IndexName: 'byA', KeySchema: [key('a')], Projection: { ProjectionType: 'ALL' } },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'local',
      KeySchema: [key('pk'), key('b', 'RANGE')],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
};
const simple = { KeySchema: [key('pk')], AttributeDefinitions: [attribute('pk')] };

describe('the local DynamoDB', () => {
  test('has the tables of the template, and keeps their items between starts', async () => {
    const folder = join(newFolder(), 'data');
    const first = await start(folder);
    await first.createTables(tables(indexed));
    const Item = { pk: { S: 'a' }, sk: { S: 'b' } };
    await clientOf(first).send(new PutItemCommand({ TableName: 'Stack-Jobs', Item }));
    await stop(first);

    const second = await start(folder);
    await second.createTables(tables(indexed));
    const get = new GetItemCommand({ TableName: 'Stack-Jobs', Key: Item });
    expect((await clientOf(second).send(get)).Item).toEqual(Item);

    await expect(start(folder)).rejects.toThrow('cannot be opened: stop the local gateway');

    expect(notices).toEqual([]);
    await second.createTables(tables(simple));
    expect(notices).toEqual([expect.stringContaining('table Stack-Jobs have changed')]);
    const other = new GetItemCommand({ TableName: 'Stack-Jobs', Key: { pk: { S: 'a' } } });
    expect((await clientOf(second).send(other)).Item).toBeUndefined();
  });

  test('keeps a transaction between starts, with the entries of indexes', async () => {
    const TableName = 'Stack-Jobs';
    const folder = join(newFolder(), 'data');
    const first = await start(folder);
    await first.createTables(tables(indexed));
    const key = { pk: { S: 'a' }, sk: { S: 'b' } };
    const item = (a: string) => ({ ...key, a: { S: a } });
    const write = (...TransactItems: TransactWriteItem[]) =>
      clientOf(first).send(new TransactWriteItemsCommand({ TransactItems }));
    await write({ Put: { TableName, Item: item('old') } });
    await write({ Put: { TableName, Item: item('new') } });
    const ConditionExpression = 'attribute_not_exists(pk)';
    const asked = { TableName, Key: key, ConditionExpression };
    await expect(
      write({ Delete: { ...asked, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('[ConditionalCheckFailed]'),
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: item('new') }],
    });
    await stop(first);

    const second = clientOf(await start(folder));
    const found = async (a: string) => {
      const query = new QueryCommand({
        TableName,
        IndexName: 'byA',
        KeyConditionExpression: 'a = :a',
        ExpressionAttributeValues: { ':a': { S: a } },
      });
      return (await second.send(query)).Items;
    };
    expect(await found('old')).toEqual([]);
    expect(await found('new')).toEqual([item('new')]);
  });

  test('keeps nothing in memory; says what it does not understand', async () => {
    const db = await start(undefined);
    await db.createTables(tables({ ...simple, TableName: 'named' }, 'AWS::DynamoDB::GlobalTable'));
    const get = new GetItemCommand({ TableName: 'named', Key: { pk: { S: 'a' } } });
    expect((await clientOf(db).send(get)).Item).toBeUndefined();
    await expect(db.createTables(tables({ ...simple, TableName: '!' }))).rejects.toThrow();
  });
});

test('a set-up call does not use a connection again, which may have died since', async () => {
  const used = new WeakSet<Socket>();
  const server = createServer((request, response) => {
    // A connection that is used again has been closed at the other end.
    if (used.has(request.socket)) request.socket.destroy();
    used.add(request.socket);
    request.resume().on('end', () => response.end('{"TableNames":[]}'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = setUpClient({ endpoint: `http://127.0.0.1:${port}`, region: 'a', credentials });
  const calls = async () => {
    for (let call = 0; call < 3; call++) await client.send(new ListTablesCommand());
    return 'done';
  };
  const result = await calls().catch(String);
  client.destroy();
  server.close();
  expect(result).toBe('done');
});

describe('the thread of the store', () => {
  async function serve(path: string) {
    const { port1, port2 } = new MessageChannel();
    const messages: StoreMessage[] = [];
    port1.on('message', (message) => messages.push(message));
    const errors = new EventEmitter();
    serveStore(port2, { path, ...credentials }, errors);
    return { port1, errors, next: () => eventually(() => messages.shift()) };
  }

  test('says where it listens, reports errors, and ends when it is told to', async () => {
    const { port1, errors, next } = await serve(join(newFolder(), 'data'));
    expect(await next()).toEqual({ listening: expect.any(Number) });
    errors.emit('uncaughtException', new Error('aborted'));
    expect(await next()).toEqual({ failure: 'aborted' });
    const closed = new Promise((resolve) => port1.on('close', resolve));
    port1.postMessage('stop');
    await closed;
  });
});
