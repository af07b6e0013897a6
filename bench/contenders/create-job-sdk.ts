import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { requireVariable } from '../../lambda/contract/wiring/variables.ts';
import type { DynamoDbClient } from '../../lambda/dynamodb/dynamodb-client.ts';
import { createJob } from '../../lambda/jobs/create-job.ts';
import { DynamoDbJobStore } from '../../lambda/jobs/dynamodb-job-store.ts';
import { JOB_TABLE_VARIABLE } from '../../lambda/jobs/job-table.ts';
import { metricWriter } from '../../lambda/metrics.ts';

const sdk = new DynamoDBClient();
const commands = { GetItem: GetItemCommand, PutItem: PutItemCommand, Query: QueryCommand };

const client = {
  call: (operation: keyof typeof commands, input: never) => {
    const Command = commands[operation] as typeof PutItemCommand;
    return sdk.send(new Command(input));
  },
} as DynamoDbClient;

/** Our function that creates jobs, on the SDK's client. */
export const handler = createJob(
  new DynamoDbJobStore(client, requireVariable(process.env, JOB_TABLE_VARIABLE)),
  metricWriter(process.env),
);
