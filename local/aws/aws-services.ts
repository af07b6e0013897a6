import type { ApiKeys } from '../api/authorize/api-keys.ts';
import type { Gateway } from '../api/gateway.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { ServedApp } from '../served-app.ts';
import { apiGateway } from './api-gateway.ts';
import { apiKeys } from './api-keys.ts';
import { cloudFormation } from './cloudformation.ts';
import { lambda } from './lambda.ts';
import { secretsManager } from './secrets-manager.ts';
import type { AwsService } from './service.ts';

/** What the local AWS is about. */
export interface AwsParts {
  readonly gateways: readonly Gateway[];
  readonly keys: ApiKeys;
  readonly secrets: SecretStore;
  /** By ARN; those that are made later are found, too. */
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  /** CloudWatch Logs. */
  readonly logs: AwsService;
  /** When the stacks were created. */
  readonly createdAt: Date;
}

/** What functions and operators' commands find at the local AWS. */
export function awsServices(
  { stacks }: ServedApp,
  { gateways, keys, secrets, functions, logs, createdAt }: AwsParts,
): AwsService[] {
  return [
    secretsManager(secrets),
    lambda((id) => [...functions.values()].find(({ name, arn }) => id === name || id === arn)),
    apiGateway(gateways, keys),
    apiKeys(keys),
    logs,
    cloudFormation(stacks, createdAt),
  ];
}
