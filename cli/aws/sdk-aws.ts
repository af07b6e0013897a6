import {
  APIGatewayClient,
  GetUsagePlanCommand,
  paginateGetUsage,
} from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
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
import type { Aws, AwsOptions, FunctionFault, KeyUsage } from './aws.ts';
import { awsProblem } from './aws-problem.ts';

/**
 * How long to wait for the rotation function, in milliseconds: longer than its own two minutes. As
 * Lambda answers a synchronous call only when the function has ended, the AWS CLI's usual 60 seconds
 * would not do.
 */
const INVOKE_TIMEOUT = 150_000;

/** For all other calls: AWS answers these at once, or never. */
const READ_TIMEOUT = 20_000;

/** As many as `GetUsage` gives at once. */
const USAGE_PAGE_SIZE = 500;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** AWS through the SDK, which finds credentials and endpoints where the AWS CLI does. */
export function sdkAws({ profile, region }: AwsOptions): Aws {
  const config = {
    // A profile that was asked for goes before keys in the environment: no warning about that.
    ...(profile !== undefined && { profile, logger: silent }),
    ...(region !== undefined && { region }),
  };
  const reading = { ...config, requestHandler: timeouts(READ_TIMEOUT) };
  const cloudFormation = new CloudFormationClient(reading);
  const secretsManager = new SecretsManagerClient(reading);
  const apiGateway = new APIGatewayClient(reading);
  const functions = new LambdaClient(reading);
  const lambda = new LambdaClient({
    ...config,
    // Whoever calls repeats, and says so: three silent waits would look like a hang.
    maxAttempts: 1,
    requestHandler: timeouts(INVOKE_TIMEOUT),
  });

  return {
    async stackOutputs(StackName) {
      try {
        const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
        return (Stacks?.[0]?.Outputs ?? []).map(
          ({ OutputKey: key = '', OutputValue: value = '', Description: description = '' }) => ({
            key,
            value,
            description,
          }),
        );
      } catch (error) {
        if (error instanceof Error && /\bdoes not exist$/.test(error.message)) return undefined;
        throw awsProblem(error, 'cloudformation:DescribeStacks');
      }
    },

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

    async functionEnvironment(FunctionName) {
      try {
        const command = new GetFunctionConfigurationCommand({ FunctionName });
        return environmentVariables(await functions.send(command)) ?? {};
      } catch (error) {
        throw awsProblem(error, 'lambda:GetFunctionConfiguration');
      }
    },

    async invoke(FunctionName, event) {
      try {
        const { FunctionError, Payload } = await lambda.send(
          new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
        );
        return FunctionError === undefined ? undefined : readFault(Payload);
      } catch (error) {
        throw awsProblem(error, 'lambda:InvokeFunction');
      }
    },

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

    async usage(usagePlanId, startDate, endDate) {
      try {
        const keys = new Map<string, KeyUsage>();
        const pages = paginateGetUsage(
          { client: apiGateway, pageSize: USAGE_PAGE_SIZE },
          { usagePlanId, startDate, endDate },
        );
        for await (const { items = {} } of pages) {
          for (const [id, days] of Object.entries(items)) {
            // The SDK's type does not say that a day is a pair.
            keys.set(id, [...(keys.get(id) ?? []), ...(days as unknown as KeyUsage)]);
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
  const text = Buffer.from(payload ?? []).toString();
  let fault: unknown;
  try {
    fault = JSON.parse(text);
  } catch {
    // Not JSON: then there is nothing to tell.
  }
  const { errorType, errorMessage } = Object(fault) as Record<string, unknown>;
  return {
    type: typeof errorType === 'string' ? errorType : '',
    message: typeof errorMessage === 'string' ? errorMessage : 'it gave no reason',
  };
}
