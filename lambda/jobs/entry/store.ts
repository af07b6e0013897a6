import { requireVariable } from '../../contract/wiring/variables.ts';
import { dynamoDbClient } from '../../dynamodb/dynamodb-client.ts';
import { DynamoDbJobStore } from '../dynamodb-job-store.ts';
import { JOB_TABLE_VARIABLE } from '../job-table.ts';

/** DynamoDB answers in milliseconds: a try without an answer after two seconds has failed. */
const TIME_LIMITS = { attemptMs: 2_000, totalMs: 4_500 };

/**
 * The store of the deployed job functions.
 *
 * @throws Error if the environment does not name the table
 */
export function storeFromEnv(env: Readonly<Record<string, string | undefined>>): DynamoDbJobStore {
  const tableName = requireVariable(env, JOB_TABLE_VARIABLE);
  return new DynamoDbJobStore(dynamoDbClient({ env, ...TIME_LIMITS }), tableName);
}
