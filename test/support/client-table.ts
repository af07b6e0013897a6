import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { tableKey } from '../../lambda/contract/table/table-key.ts';
import { type DynamoDbClient, dynamoDbClient } from '../../lambda/dynamodb/dynamodb-client.ts';
import { dynaliteServer } from '../../local/dynamodb/dynalite-server.ts';

const REGION = 'us-east-1';
const KEY = 'local';

/**
 * A DynamoDB in memory, on loopback, in which a test makes client tables.
 *
 * @param now the clock of transactions' tokens
 */
export async function startDynamoDb(now: () => number = Date.now): Promise<{
  readonly client: DynamoDbClient;
  /** The variables by which a function finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** Makes an empty client table of this name. */
  readonly createTable: (TableName: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}> {
  const server = dynaliteServer(undefined, now);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sdk = new DynamoDBClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: KEY, secretAccessKey: KEY },
  });
  const keys = [tableKey.partition, tableKey.sort];
  const env = {
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: KEY,
    AWS_SECRET_ACCESS_KEY: KEY,
  };
  return {
    env,
    // As slow as a machine that runs all tests at once may be.
    client: dynamoDbClient({ env, attemptMs: 20_000, totalMs: 40_000 }),
    async createTable(TableName) {
      await sdk.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: keys.map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S',
          })),
          KeySchema: keys.map((AttributeName, index) => ({
            AttributeName,
            KeyType: index === 0 ? 'HASH' : 'RANGE',
          })),
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
      // dynalite makes a table active in a later tick.
      const patience = { client: sdk, maxWaitTime: 20, minDelay: 0.01, maxDelay: 0.05 };
      await waitUntilTableExists(patience, { TableName });
    },
    async stop() {
      sdk.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
