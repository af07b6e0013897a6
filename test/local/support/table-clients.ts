import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../../lambda/contract/table/attributes.ts';
import {
  type ClientItem,
  serializeClientItem,
} from '../../../lambda/contract/table/client-item.ts';
import { digestOf } from '../../../lambda/contract/token/token-digest.ts';
import type { Credentials } from '../../../local/aws/credentials.ts';

/** A client of a table that has a token, whose digest is that of its name. */
export function tableClient(name: string, more: Partial<ClientItem> = {}): ClientItem {
  return {
    name,
    permissions: ['job.read'],
    plan: 'standard',
    state: 'active',
    allowedSources: [],
    tokens: [{ digest: digestOf(name), issuedAt: Date.UTC(2026, 0, 1) }],
    version: 1,
    ...more,
  };
}

/** Writes items into a table as they are, many at a time. */
export async function writeItems(
  endpoint: string,
  credentials: Credentials,
  tableName: string,
  items: readonly Item[],
): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { ...credentials },
  });
  // DynamoDB takes 25 in a batch.
  for (let from = 0; from < items.length; from += 25) {
    const requests = items.slice(from, from + 25).map((one) => ({ PutRequest: { Item: one } }));
    await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: requests as never } }),
    );
  }
  client.destroy();
}

/** Writes clients into a table. */
export const writeClients = (
  endpoint: string,
  credentials: Credentials,
  tableName: string,
  clients: readonly ClientItem[],
): Promise<void> => writeItems(endpoint, credentials, tableName, clients.map(serializeClientItem));
