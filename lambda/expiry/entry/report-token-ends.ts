import { LambdaClient } from '@aws-sdk/client-lambda';
import { CLIENT_TABLE_VARIABLE } from '../../contract/wiring/client-function.ts';
import { AUTHORIZER_FUNCTION_VARIABLE } from '../../contract/wiring/token-ends-event.ts';
import { requireVariable } from '../../contract/wiring/variables.ts';
import { logLine } from '../../log.ts';
import { metricWriter } from '../../metrics.ts';
import type { ClientPages } from '../table-clients.ts';
import { createTokenEndReporter } from '../token-end-reporter.ts';

const tableName = process.env[CLIENT_TABLE_VARIABLE];

export const handler = createTokenEndReporter(
  new LambdaClient(),
  requireVariable(process.env, AUTHORIZER_FUNCTION_VARIABLE),
  metricWriter(process.env),
  logLine,
  Date.now,
  tableName === undefined ? undefined : clientsOf(tableName),
);

/** Loads a client of DynamoDB where there is a table, and not elsewhere. */
function clientsOf(name: string): ClientPages {
  return async function* () {
    const { clientPages } = await import('../table-clients.ts');
    const { dynamoDbClient } = await import('../../dynamodb/dynamodb-client.ts');
    const client = dynamoDbClient({ env: process.env, attemptMs: 5_000, totalMs: 15_000 });
    yield* clientPages(client, name)();
  };
}
