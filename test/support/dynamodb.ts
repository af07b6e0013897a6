import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { type DynamoDbClient, dynamoDbClient } from '../../lambda/dynamodb/dynamodb-client.ts';
import { jobTableKey } from '../../lambda/jobs/job-table.ts';

const TABLE = 'jobs';

/** A job table in memory, on loopback, and how to stop it. */
export async function startJobTable(): Promise<{
  readonly client: DynamoDbClient;
  readonly tableName: string;
  readonly stop: () => Promise<void>;
}> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const region = 'us-east-1';
  const keyId = 'local';
  const setUp = new DynamoDBClient({
    endpoint,
    region,
    credentials: { accessKeyId: keyId, secretAccessKey: keyId },
  });
  const keys = [jobTableKey.partition, jobTableKey.sort];
  await setUp.send(
    new CreateTableCommand({
      TableName: TABLE,
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i ? 'RANGE' : 'HASH' })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  // dynalite makes a table active in a later tick.
  const patience = { client: setUp, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.05 };
  await waitUntilTableExists(patience, { TableName: TABLE });
  setUp.destroy();
  const env = {
    AWS_REGION: region,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_ACCESS_KEY_ID: keyId,
    AWS_SECRET_ACCESS_KEY: keyId,
  };
  return {
    // As slow as a machine that runs all tests at once may be.
    client: dynamoDbClient({ env, attemptMs: 20_000, totalMs: 40_000 }),
    tableName: TABLE,
    stop: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
