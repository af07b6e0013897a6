import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { requireVariable } from '../../contract/wiring/variables.ts';
import { DynamoDbJobStore } from '../dynamodb-job-store.ts';
import { JOB_TABLE_VARIABLE } from '../job-table.ts';

/**
 * The store of the deployed job functions.
 *
 * @throws Error if the environment does not name the table
 */
export function storeFromEnv(env: Readonly<Record<string, string | undefined>>): DynamoDbJobStore {
  return new DynamoDbJobStore(new DynamoDBClient(), requireVariable(env, JOB_TABLE_VARIABLE));
}
