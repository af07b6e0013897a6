import type { ApiKeys } from '../api/authorize/api-keys.ts';
import type { Gateway } from '../api/gateway.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { ServedApp } from '../served-app.ts';
import type { TokenUses } from '../token-uses.ts';
import { apiGateway } from './api-gateway.ts';
import { apiKeys } from './api-keys.ts';
import { cloudFormation } from './cloudformation.ts';
import { cloudWatchLogs } from './cloudwatch-logs.ts';
import { lambda } from './lambda.ts';
import { secretsManager } from './secrets-manager.ts';
import type { AwsService } from './service.ts';

/**
 * What functions and operators' commands find at the local AWS.
 *
 * @param functions by ARN; those that are made later are found, too
 */
export function awsServices(
  { stacks }: ServedApp,
  gateways: readonly Gateway[],
  keys: ApiKeys,
  uses: TokenUses,
  secrets: SecretStore,
  functions: ReadonlyMap<string, LambdaFunction>,
  createdAt: Date,
): AwsService[] {
  return [
    secretsManager(secrets),
    lambda((id) => [...functions.values()].find(({ name, arn }) => id === name || id === arn)),
    apiGateway(gateways, keys),
    apiKeys(keys),
    cloudWatchLogs(uses),
    cloudFormation(stacks, createdAt),
  ];
}
