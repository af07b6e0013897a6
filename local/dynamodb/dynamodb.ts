import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  ListTablesCommand,
  ResourceNotFoundException,
  type TableDescription,
  waitUntilTableExists,
  waitUntilTableNotExists,
} from '@aws-sdk/client-dynamodb';
import { Problem } from '../../terminal/problem.ts';
import type { Credentials } from '../aws/credentials.ts';
import { type PartitionReads, partitionReads } from './partition-reads.ts';
import type { StoreMessage } from './serve-store.ts';
import type { StoreData } from './store.ts';
import { hasShape, type TableDefinition } from './tables.ts';

/** The local DynamoDB: dynalite in a worker thread, so that it does not delay requests. */
export interface DynamoDb extends PartitionReads {
  /** Where the functions' SDK finds it. */
  readonly endpoint: string;
  /** Creates the tables that are missing, and replaces those whose keys or indexes have changed. */
  createTables(tables: readonly TableDefinition[]): Promise<void>;
  /**
   * Creates the tables that are missing, beside others that are in use.
   *
   * @throws Problem when keys or indexes of one have changed: nothing is created then
   */
  addTables(tables: readonly TableDefinition[]): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A client for the few calls of a start. Each opens a new connection: an idle one may have died while
 * the app was synthesized.
 */
export function setUpClient(
  options: Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials'>,
): DynamoDBClient {
  const requestHandler = { httpAgent: { keepAlive: false } };
  return new DynamoDBClient({ ...options, requestHandler, maxAttempts: 1 });
}

async function describe(
  client: DynamoDBClient,
  TableName: string,
): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function createTable(
  client: DynamoDBClient,
  definition: TableDefinition,
  notice: (text: string) => void,
): Promise<void> {
  const { TableName } = definition;
  const wait = { client, maxWaitTime: 5, minDelay: 0.02, maxDelay: 0.1 };
  const existing = await describe(client, TableName);
  if (existing !== undefined) {
    if (hasShape(existing, definition)) return;
    // CloudFormation replaces a table, too, when its keys change.
    notice(`The keys or indexes of table ${TableName} have changed: its local data is dropped.`);
    await client.send(new DeleteTableCommand({ TableName }));
    await waitUntilTableNotExists(wait, { TableName });
  }
  await client.send(new CreateTableCommand(definition));
  await waitUntilTableExists(wait, { TableName });
}

/** @throws Problem when a table exists with other keys or indexes */
async function requireShape(client: DynamoDBClient, definition: TableDefinition): Promise<void> {
  const existing = await describe(client, definition.TableName);
  if (existing === undefined || hasShape(existing, definition)) return;
  throw new Problem(
    `The keys or indexes of table ${definition.TableName} have changed: start again to serve it, which drops its local data.`,
  );
}

export interface DynamoDbOptions {
  /** The folder that keeps the data between starts; undefined keeps it in memory. */
  readonly path: string | undefined;
  readonly region: string;
  /** The access key that signs calls. */
  readonly credentials: Credentials;
  readonly notice: (text: string) => void;
}

/** Starts the store's thread. `port` resolves when it listens, `failed` rejects when it cannot. */
function startWorker({ path, region, credentials }: DynamoDbOptions) {
  const { NODE_COMPILE_CACHE } = process.env;
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { path, accessKeyId: credentials.accessKeyId } satisfies StoreData,
    env: {
      AWS_REGION: region,
      // dynalite is compiled once, and no types are stripped anew.
      ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
    },
    execArgv: [],
  });
  const listening = Promise.withResolvers<number>();
  const failed = Promise.withResolvers<never>();
  worker.on('message', (message: StoreMessage) => {
    if ('listening' in message) listening.resolve(message.listening);
    else failed.reject(new Error(message.failure));
  });
  worker.on('error', failed.reject);
  failed.promise.catch(() => {
    // Only the start waits for a failure; a later one fails a single call of a function.
  });
  return { worker, port: listening.promise, failed: failed.promise };
}

/**
 * Starts the local DynamoDB.
 *
 * @throws Problem when the folder cannot be opened, for instance because another gateway runs on it
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const { path, region, credentials, notice } = options;
  const { worker, port, failed } = startWorker(options);
  try {
    const endpoint = `http://127.0.0.1:${await Promise.race([port, failed])}`;
    // A copy: the SDK writes into what it gets.
    const client = setUpClient({ endpoint, region, credentials: { ...credentials } });
    // LevelDB opens its folder at the first use.
    await Promise.race([client.send(new ListTablesCommand()), failed]);
    const createTables: DynamoDb['createTables'] = async (tables) => {
      await Promise.all(tables.map((table) => createTable(client, table, notice)));
    };
    return {
      endpoint,
      createTables,
      async addTables(tables) {
        await Promise.all(tables.map((table) => requireShape(client, table)));
        await createTables(tables);
      },
      ...partitionReads(client),
      async stop() {
        client.destroy();
        const exited = once(worker, 'exit');
        worker.postMessage('stop');
        await exited;
      },
    };
  } catch {
    await worker.terminate();
    throw new Problem(
      `The data folder ${path} cannot be opened: stop the local gateway that runs on it, or start with --memory.`,
    );
  }
}
