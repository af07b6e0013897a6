import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { jobTableKey } from '../../lambda/jobs/job-table.ts';

const TABLE = 'jobs';

/** A job table in memory, on loopback, and how to stop it. */
export async function startJobTable(): Promise<{
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly stop: () => Promise<void>;
}> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const keys = [jobTableKey.partition, jobTableKey.sort];
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i ? 'RANGE' : 'HASH' })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  // dynalite makes a table active in a later tick.
  const patience = { client, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.05 };
  await waitUntilTableExists(patience, { TableName: TABLE });
  return {
    client,
    tableName: TABLE,
    stop: async () => {
      client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
