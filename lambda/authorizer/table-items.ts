import type { Item } from '../contract/table/attributes.ts';
import { dynamoDbClient } from '../dynamodb/dynamodb-client.ts';

/** Reads an item by its key; `undefined` if there is none. */
export type ReadItem = (key: Item) => Promise<Item | undefined>;

/** How long one try may take, in milliseconds: DynamoDB answers in less than 10 as a rule. */
const ATTEMPT_MS = 1_000;

/**
 * Reads a table's items as they are now: an eventually consistent read could give back what a
 * revocation took away.
 *
 * @param env with Lambda's region and credentials
 */
export function tableItems(
  env: Readonly<Record<string, string | undefined>>,
  TableName: string,
): ReadItem {
  const dynamoDb = dynamoDbClient({ env, attemptMs: ATTEMPT_MS, totalMs: 2 * ATTEMPT_MS });
  return async (Key) => {
    const { Item } = await dynamoDb.call('GetItem', { TableName, Key, ConsistentRead: true });
    return Item as Item | undefined;
  };
}
