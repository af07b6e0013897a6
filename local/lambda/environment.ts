import { clientFunctionVariables } from '../../lambda/contract/wiring/client-function.ts';
import type { Credentials } from '../aws/credentials.ts';
import type { FunctionDefinition } from './function-definition.ts';

const KEY_DELAY = clientFunctionVariables.keyDelaySeconds;

/** Where the SDK finds AWS. */
export interface Endpoints {
  /** The local AWS, for all services that have no endpoint of their own. */
  readonly aws: string;
  readonly dynamoDb: string | undefined;
}

/**
 * All variables that a function sees: its own, and those that Lambda sets.
 *
 * The gateway's environment is not passed on. Credentials and endpoints are those of the local AWS, so
 * that no call leaves the machine.
 * Source: AWS Lambda Developer Guide, "Defined runtime environment variables"; AWS SDKs Reference
 * Guide, "Service-specific endpoints".
 */
export function environmentFor(
  definition: FunctionDefinition,
  options: {
    readonly region: string;
    readonly logGroupName: string;
    readonly logStreamName: string;
    readonly endpoints: Endpoints;
    readonly credentials: Credentials;
  },
): Record<string, string> {
  const { region, endpoints, credentials } = options;
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: options.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logStreamName,
    AWS_REGION: region,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: 'local',
    LAMBDA_TASK_ROOT: definition.taskRoot,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: definition.handler,
    ...definition.environment,
    // An API key is known at once here: no client has to wait for it.
    ...(KEY_DELAY in definition.environment && { [KEY_DELAY]: '0' }),
    AWS_ENDPOINT_URL: endpoints.aws,
    ...(endpoints.dynamoDb !== undefined && { AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDb }),
  };
}
