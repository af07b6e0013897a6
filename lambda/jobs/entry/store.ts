import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDbJobStore } from '../dynamodb-job-store.ts';
import { JOB_TABLE_VARIABLE } from '../job-table.ts';

/**
 * The store of the deployed job functions.
 *
 * @throws Error if the environment does not name the table
 */
export function storeFromEnv(env: Readonly<Record<string, string | undefined>>): DynamoDbJobStore {
  const tableName = env[JOB_TABLE_VARIABLE];
  if (!tableName) throw new Error(`${JOB_TABLE_VARIABLE} is missing or empty`);
  return new DynamoDbJobStore(new DynamoDBClient(), tableName);
}
