import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../lambda/contract/table/attributes.ts';
import { tableKey } from '../../lambda/contract/table/table-key.ts';

/** Which items of a partition a page has. */
export interface PageQuery {
  /** What the sort key begins with; empty is any. */
  readonly prefix: string;
  /** The sort key after which the page begins; undefined is the first page. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** What is read of a client table. */
export interface PartitionReads {
  /**
   * Counts the items of a partition, up to one more than `most`.
   *
   * @returns `undefined` when the table cannot be read
   */
  count(tableName: string, partition: string, most: number): Promise<number | undefined>;
  /**
   * Reads items in the order of their sort keys.
   *
   * @throws when the table cannot be read
   */
  page(tableName: string, partition: string, query: PageQuery): Promise<readonly Item[]>;
  /** @throws when the table cannot be read */
  item(tableName: string, key: Item): Promise<Item | undefined>;
}

/** A store that hangs must not hold a page of the console for ever. */
const timeoutMs = 3_000;
const soon = () => ({ abortSignal: AbortSignal.timeout(timeoutMs) });

const ofPartition = (partition: string) => ({
  KeyConditionExpression: '#partition = :partition',
  ExpressionAttributeNames: { '#partition': tableKey.partition },
  ExpressionAttributeValues: { ':partition': { S: partition } },
});

const startingWith = (partition: string, prefix: string) => ({
  KeyConditionExpression: '#partition = :partition AND begins_with(#sort, :prefix)',
  ExpressionAttributeNames: { '#partition': tableKey.partition, '#sort': tableKey.sort },
  ExpressionAttributeValues: { ':partition': { S: partition }, ':prefix': { S: prefix } },
});

/** Reads partitions of tables that have the key of a client table. */
export function partitionReads(client: DynamoDBClient): PartitionReads {
  return {
    async count(TableName, partition, most) {
      const query = {
        TableName,
        Select: 'COUNT',
        ...ofPartition(partition),
        Limit: most + 1,
      } as const;
      const answer = await client.send(new QueryCommand(query)).catch(() => undefined);
      return answer?.Count;
    },

    async page(TableName, partition, { prefix, after, limit }) {
      const query = new QueryCommand({
        TableName,
        ConsistentRead: true,
        // DynamoDB refuses an empty text in the condition on a key.
        ...(prefix === '' ? ofPartition(partition) : startingWith(partition, prefix)),
        Limit: limit,
        ...(after !== undefined && {
          ExclusiveStartKey: {
            [tableKey.partition]: { S: partition },
            [tableKey.sort]: { S: after },
          },
        }),
      });
      const { Items = [] } = await client.send(query, soon());
      // The table has no other types than those that the client function writes.
      return Items as Item[];
    },

    async item(TableName, key) {
      const read = new GetItemCommand({
        TableName,
        // A copy: the SDK's types take no readonly ones.
        Key: { ...key } as GetItemCommand['input']['Key'],
        ConsistentRead: true,
      });
      return (await client.send(read, soon())).Item as Item | undefined;
    },
  };
}
