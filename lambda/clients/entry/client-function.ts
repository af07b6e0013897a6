import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import {
  CLIENT_TABLE_VARIABLE,
  clientFunctionVariables,
  parseClientFunctionRegistry,
} from '../../contract/wiring/client-function.ts';
import { parseStageArns } from '../../contract/wiring/issuer.ts';
import { requireVariable } from '../../contract/wiring/variables.ts';
import { dynamoDbClient } from '../../dynamodb/dynamodb-client.ts';
import { awsResultCache } from '../../issuer/aws-result-cache.ts';
import { logLine } from '../../log.ts';
import { awsApiKeys } from '../aws-api-keys.ts';
import { createClientFunction } from '../client-function.ts';
import { dynamoDbClientTable } from '../dynamodb-client-table.ts';
import { planIdsOf } from '../plan-ids.ts';
import bundled from './registry.json' with { type: 'json' };

const variable = (name: keyof typeof clientFunctionVariables) =>
  requireVariable(process.env, clientFunctionVariables[name]);

const registry = parseClientFunctionRegistry(bundled);
const stages = parseStageArns(
  process.env[clientFunctionVariables.stageArns],
  process.env[clientFunctionVariables.httpStageArns],
);
// Few calls a second are allowed, and thousands of keys take many calls.
const apiGateway = new APIGatewayClient({ retryMode: 'adaptive', maxAttempts: 10 });
const dynamoDb = dynamoDbClient({ env: process.env, attemptMs: 5_000, totalMs: 12_000 });

const tableName = requireVariable(process.env, CLIENT_TABLE_VARIABLE);

export const handler = createClientFunction({
  table: dynamoDbClientTable(dynamoDb, tableName),
  keys: awsApiKeys(
    apiGateway,
    planIdsOf(registry.plans, process.env[clientFunctionVariables.planIds] ?? ''),
    tableName,
  ),
  cache: awsResultCache({ restApis: apiGateway, httpApis: new ApiGatewayV2Client() }, stages),
  registry,
  overlapSeconds: Number(variable('overlapSeconds')),
  keyDelaySeconds: Number(variable('keyDelaySeconds')),
  log: logLine,
  now: Date.now,
  wait: sleep,
  newKeyValue: () => randomBytes(20).toString('hex'),
});
