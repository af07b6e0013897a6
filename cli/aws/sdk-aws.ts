import {
  APIGatewayClient,
  GetUsagePlanCommand,
  paginateGetUsage,
} from '@aws-sdk/client-api-gateway';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  type Output,
  paginateDescribeStacks,
} from '@aws-sdk/client-cloudformation';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { environmentVariables } from '../../lambda/contract/wiring/function-environment.ts';
import { Problem } from '../../terminal/problem.ts';
import type { Aws, AwsOptions, FunctionFault, KeyUsage, StackOutput } from './aws.ts';
import { awsProblem, isDenied } from './aws-problem.ts';
import { sdkLogs } from './sdk-logs.ts';

/**
 * How long to wait for a function: longer than a rotation may take, or a change of a client in the table,
 * since Lambda answers a synchronous call when the function has ended.
 */
const INVOKE_TIMEOUT_MS = 150_000;

/** How long to wait for every other call. */
const READ_TIMEOUT_MS = 20_000;

/** The most that `GetUsage` returns at once. */
const USAGE_PAGE_SIZE = 500;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** AWS through the SDK, which finds credentials and endpoints where the AWS CLI does. */
export function sdkAws({ profile, region }: AwsOptions): Aws {
  const config = {
    // The SDK would warn that an explicit profile goes before keys in the environment.
    ...(profile !== undefined && { profile, logger: silent }),
    ...(region !== undefined && { region }),
  };
  const reading = { ...config, requestHandler: timeouts(READ_TIMEOUT_MS) };
  const invoking = {
    ...config,
    // The caller repeats, and shows it: three silent attempts would look like a hang.
    maxAttempts: 1,
    requestHandler: timeouts(INVOKE_TIMEOUT_MS),
  };
  return {
    ...stacks(new CloudFormationClient(reading)),
    ...secrets(new SecretsManagerClient(reading)),
    ...functions(new LambdaClient(reading), new LambdaClient(invoking)),
    ...usagePlans(new APIGatewayClient(reading)),
    ...sdkLogs(reading),
  };
}

function stacks(
  cloudFormation: CloudFormationClient,
): Pick<Aws, 'stackOutputs' | 'outputsByStack'> {
  return {
    async stackOutputs(StackName) {
      try {
        const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
        return (Stacks?.[0]?.Outputs ?? []).map(stackOutput);
      } catch (error) {
        if (error instanceof Error && /\bdoes not exist$/.test(error.message)) return undefined;
        throw awsProblem(error, 'cloudformation:DescribeStacks');
      }
    },

    async outputsByStack() {
      try {
        const found = new Map<string, readonly StackOutput[]>();
        for await (const { Stacks } of paginateDescribeStacks({ client: cloudFormation }, {})) {
          for (const { StackName = '', Outputs = [] } of Stacks ?? []) {
            found.set(StackName, Outputs.map(stackOutput));
          }
        }
        return found;
      } catch (error) {
        if (isDenied(error)) {
          throw new Problem(
            'You may not describe every stack of this account: name the one with the clients with --stack.',
          );
        }
        throw awsProblem(error, 'cloudformation:DescribeStacks');
      }
    },
  };
}

function stackOutput({
  OutputKey: key = '',
  OutputValue: value = '',
  Description: description = '',
}: Output): StackOutput {
  return { key, value, description };
}

function secrets(secretsManager: SecretsManagerClient): Pick<Aws, 'secretVersion'> {
  return {
    async secretVersion(SecretId, VersionId) {
      try {
        const { SecretString: text = '', CreatedDate } = await secretsManager.send(
          new GetSecretValueCommand({ SecretId, ...(VersionId !== undefined && { VersionId }) }),
        );
        return { text, createdAt: CreatedDate?.getTime() ?? 0 };
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw awsProblem(error, 'secretsmanager:GetSecretValue');
      }
    },
  };
}

function functions(
  reading: LambdaClient,
  invoking: LambdaClient,
): Pick<Aws, 'functionEnvironment' | 'invoke'> {
  return {
    async functionEnvironment(FunctionName) {
      try {
        const command = new GetFunctionConfigurationCommand({ FunctionName });
        return environmentVariables(await reading.send(command)) ?? {};
      } catch (error) {
        throw awsProblem(error, 'lambda:GetFunctionConfiguration');
      }
    },

    async invoke(FunctionName, event) {
      try {
        const { FunctionError, Payload } = await invoking.send(
          new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
        );
        return FunctionError === undefined
          ? { answer: parseJson(Payload) }
          : { fault: readFault(Payload) };
      } catch (error) {
        throw awsProblem(error, 'lambda:InvokeFunction');
      }
    },
  };
}

function usagePlans(apiGateway: APIGatewayClient): Pick<Aws, 'usagePlan' | 'usage'> {
  return {
    async usagePlan(usagePlanId) {
      try {
        const { throttle, quota } = await apiGateway.send(new GetUsagePlanCommand({ usagePlanId }));
        const { rateLimit: rate, burstLimit: burst } = throttle ?? {};
        const { limit: requests, period = '' } = quota ?? {};
        return {
          ...(rate !== undefined && { rate }),
          ...(burst !== undefined && { burst }),
          ...(requests !== undefined && { quota: { requests, period } }),
        };
      } catch (error) {
        throw awsProblem(error, 'apigateway:GET');
      }
    },

    async usage(usagePlanId, startDate, endDate, keyId) {
      try {
        const keys = new Map<string, KeyUsage>();
        const pages = paginateGetUsage(
          { client: apiGateway, pageSize: USAGE_PAGE_SIZE },
          { usagePlanId, startDate, endDate, ...(keyId !== undefined && { keyId }) },
        );
        for await (const { items = {} } of pages) {
          for (const [id, days] of Object.entries(items)) {
            keys.set(id, [...(keys.get(id) ?? []), ...days]);
          }
        }
        return [...keys.values()];
      } catch (error) {
        throw awsProblem(error, 'apigateway:GET');
      }
    },
  };
}

function timeouts(requestTimeout: number) {
  return { connectionTimeout: 5_000, requestTimeout, throwOnRequestTimeout: true };
}

/** Lambda's answer for a function that threw: `{"errorType": "…", "errorMessage": "…"}`. */
function readFault(payload: Uint8Array | undefined): FunctionFault {
  const { errorType, errorMessage } = Object(parseJson(payload)) as Record<string, unknown>;
  return {
    type: typeof errorType === 'string' ? errorType : '',
    message: typeof errorMessage === 'string' ? errorMessage : 'it gave no reason',
  };
}

/** What a function answered; `undefined` if it is no JSON. */
function parseJson(payload: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(Buffer.from(payload ?? []).toString());
  } catch {
    return undefined;
  }
}
