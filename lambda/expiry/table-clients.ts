import type { Item } from '../contract/table/attributes.ts';
import type { ClientItem } from '../contract/table/client-item.ts';
import { parseClientItem } from '../contract/table/client-item.ts';
import { CLIENT_PARTITION, tableKey } from '../contract/table/table-key.ts';
import type { DynamoDbClient } from '../dynamodb/dynamodb-client.ts';

/** Every client of a table, page by page. */
export type ClientPages = () => AsyncIterable<readonly ClientItem[]>;

/**
 * Reads the clients of a table as they were a moment ago, which costs half: an end is days ahead.
 *
 * @throws TypeError at an item that is not one that was written for a client
 */
export const clientPages = (dynamoDb: DynamoDbClient, TableName: string): ClientPages =>
  async function* () {
    let start: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await dynamoDb.call('Query', {
        TableName,
        KeyConditionExpression: '#partition = :clients',
        ExpressionAttributeNames: { '#partition': tableKey.partition },
        ExpressionAttributeValues: { ':clients': { S: CLIENT_PARTITION } },
        ...(start && { ExclusiveStartKey: start }),
      });
      yield Items.map((item) => parseClientItem(item as Item));
      start = LastEvaluatedKey as Item | undefined;
    } while (start);
  };
