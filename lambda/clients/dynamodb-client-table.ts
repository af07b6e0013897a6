import type { Item } from '../contract/table/attributes.ts';
import { parseClientItem, serializeClientItem } from '../contract/table/client-item.ts';
import {
  CLIENT_PARTITION,
  clientKey,
  spareKeyKey,
  spareKeyPartition,
  tableKey,
  tokenKey,
} from '../contract/table/table-key.ts';
import { parseTokenItem, serializeTokenItem } from '../contract/table/token-item.ts';
import type { DynamoDbClient } from '../dynamodb/dynamodb-client.ts';
import { DynamoDbError } from '../dynamodb/dynamodb-error.ts';
import type { TransactWrite } from '../dynamodb/operations.ts';
import { type ClientTable, StaleError, type TableWrite } from './ports.ts';
import { parseSpareKey, serializeSpareKey } from './spare-key-item.ts';

const IS_NEW = `attribute_not_exists(${tableKey.partition})`;
const IS_THERE = `attribute_exists(${tableKey.partition})`;

/** The client table in DynamoDB. */
export function dynamoDbClientTable(dynamoDb: DynamoDbClient, TableName: string): ClientTable {
  async function get(Key: Item): Promise<Item | undefined> {
    const { Item: item } = await dynamoDb.call('GetItem', { TableName, Key, ConsistentRead: true });
    // The table has no other types than those that we write.
    return item as Item | undefined;
  }

  /** A page of a partition, in the order of the sort key. */
  async function query(partition: string, page: { after?: string; limit?: number }) {
    const { after, limit } = page;
    const { Items = [], LastEvaluatedKey } = await dynamoDb.call('Query', {
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: `${tableKey.partition} = :partition`,
      ExpressionAttributeValues: { ':partition': { S: partition } },
      ...(limit !== undefined && { Limit: limit }),
      ...(after !== undefined && {
        ExclusiveStartKey: {
          [tableKey.partition]: { S: partition },
          [tableKey.sort]: { S: after },
        },
      }),
    });
    const last = LastEvaluatedKey?.[tableKey.sort];
    return {
      items: Items as readonly Item[],
      ...(last !== undefined && 'S' in last && { next: last.S }),
    };
  }

  return {
    async client(name) {
      const item = await get(clientKey(name));
      return item === undefined ? undefined : parseClientItem(item);
    },

    async token(digest) {
      const item = await get(tokenKey(digest));
      return item === undefined ? undefined : parseTokenItem(digest, item);
    },

    async clients({ after, limit }) {
      const { items, next } = await query(CLIENT_PARTITION, {
        limit,
        ...(after !== undefined && { after }),
      });
      return { clients: items.map(parseClientItem), ...(next !== undefined && { next }) };
    },

    async change(writes) {
      const TransactItems = writes.map((write) => transactWrite(TableName, write));
      await orStale(dynamoDb.call('TransactWriteItems', { TransactItems }));
    },

    async removeClient({ name, version }) {
      const remove = dynamoDb.call('DeleteItem', {
        TableName,
        Key: clientKey(name),
        ConditionExpression: '#state = :deleted AND #version = :version',
        ExpressionAttributeNames: { '#state': 'state', '#version': 'version' },
        ExpressionAttributeValues: {
          ':deleted': { S: 'deleted' },
          ':version': { N: String(version) },
        },
      });
      await orStale(remove);
    },

    async spareKeys(plan) {
      const items: Item[] = [];
      let after: string | undefined;
      do {
        const page = await query(spareKeyPartition(plan), after === undefined ? {} : { after });
        items.push(...page.items);
        after = page.next;
      } while (after !== undefined);
      return items.map(parseSpareKey);
    },

    async addSpareKey(plan, key) {
      await dynamoDb.call('PutItem', { TableName, Item: serializeSpareKey(plan, key) });
    },

    async changeSpareKey(plan, key) {
      const Item = serializeSpareKey(plan, key);
      await orStale(dynamoDb.call('PutItem', { TableName, Item, ConditionExpression: IS_THERE }));
    },
  };
}

function transactWrite(TableName: string, write: TableWrite): TransactWrite {
  switch (write.write) {
    case 'client': {
      const Item = serializeClientItem(write.client);
      if (write.replaces === undefined) {
        return { Put: { TableName, Item, ConditionExpression: IS_NEW } };
      }
      return {
        Put: {
          TableName,
          Item,
          ConditionExpression: '#version = :version',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':version': { N: String(write.replaces) } },
        },
      };
    }
    case 'token': {
      const Item = serializeTokenItem(write.token);
      if (write.replaces === 'new') {
        return { Put: { TableName, Item, ConditionExpression: IS_NEW } };
      }
      return {
        Put: {
          TableName,
          Item,
          ConditionExpression:
            'clientName = :client AND (attribute_not_exists(expiresAt) OR expiresAt > :now)',
          ExpressionAttributeValues: {
            ':client': { S: write.token.clientName },
            ':now': { N: String(write.replaces.validAt) },
          },
        },
      };
    }
    case 'take':
      return {
        Delete: {
          TableName,
          Key: spareKeyKey(write.plan, write.key.value),
          ConditionExpression: '#state = :spare',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: { ':spare': { S: 'spare' } },
        },
      };
  }
}

/** Errors by which DynamoDB says that somebody else wrote, or writes. */
const STALE: ReadonlySet<string> = new Set([
  'ConditionalCheckFailedException',
  'TransactionConflictException',
  // A first try of the same transaction, whose answer did not come, is not over.
  'TransactionInProgressException',
]);

/** Why a transaction is cancelled that may succeed when it is made from what is there by then. */
const PASSING: ReadonlySet<string> = new Set([
  'None',
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/**
 * Tells that the table has changed from what is a fault.
 *
 * Source: Amazon DynamoDB API Reference, TransactWriteItems.
 */
async function orStale(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (error instanceof DynamoDbError && isStale(error)) throw new StaleError(error.message);
    throw error;
  }
}

function isStale({ name, cancellationReasons }: DynamoDbError): boolean {
  if (STALE.has(name)) return true;
  const isCancelled = name === 'TransactionCanceledException' && cancellationReasons.length > 0;
  return isCancelled && cancellationReasons.every((reason) => PASSING.has(reason));
}
