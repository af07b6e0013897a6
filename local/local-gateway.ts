import type { KeyUsage } from './api/authorize/usage-plans.ts';
import { type Call, exampleCalls } from './api/example-calls.ts';
import { gatewayFor } from './api/gateway.ts';
import { invokeWithin } from './api/invoke.ts';
import type { Outcome } from './api/outcome.ts';
import { apiGateway } from './aws/api-gateway.ts';
import { cloudFormation } from './aws/cloudformation.ts';
import type { Credentials } from './aws/credentials.ts';
import { startAwsEndpoint } from './aws/endpoint.ts';
import { lambda } from './aws/lambda.ts';
import { secretsManager } from './aws/secrets-manager.ts';
import { curlCommand } from './cli/curl.ts';
import { type Client, clientsOf } from './clients.ts';
import { clientEntries } from './console/client-entries.ts';
import { consolePath, newGatewayConsole } from './console/gateway-console.ts';
import { customResourceAnswers } from './deployment/custom-resource-answers.ts';
import { deploy } from './deployment/deploy.ts';
import type { DynamoDb } from './dynamodb/dynamodb.ts';
import { startServer } from './http/server.ts';
import { functionDefinition } from './lambda/function-definition.ts';
import { type LambdaFunction, lambdaFunction } from './lambda/lambda-function.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import type { ServedStack } from './served-stack.ts';

/** What AWS limits, for tests to lower. */
export interface Limits {
  readonly maxBodyBytes: number;
  readonly authorizerTimeoutMs: number;
  /** How many calls of one function run at once. */
  readonly maxInstances: number;
  /** How long the function of a custom resource may owe its answer after it has ended. */
  readonly customResourceAnswerMs: number;
}

/**
 * API Gateway's limits; ten threads for a function are enough for one developer. CloudFormation
 * waits for an hour.
 */
export const awsLimits: Limits = {
  maxBodyBytes: 10 * 1024 * 1024,
  authorizerTimeoutMs: 29_000,
  maxInstances: 10,
  customResourceAnswerMs: 2_000,
};

export interface LocalGatewayOptions {
  readonly stack: ServedStack;
  readonly secrets: SecretStore;
  readonly dynamoDb: DynamoDb | undefined;
  /** What callers of the local AWS need; the same as DynamoDB's. */
  readonly credentials: Credentials;
  readonly port: number;
  readonly limits: Limits;
  readonly now: () => number;
  /** Aborted to end the start; a gateway that runs is stopped with `stop`. */
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: Outcome) => void;
  /** What the gateway itself has to say to the developer. */
  readonly onLog: (text: string) => void;
  /** What a function prints. */
  readonly onOutput: (functionName: string, line: string) => void;
}

/** A REST API of a stack on 127.0.0.1, with its functions. */
export interface LocalGateway {
  /** The base that `/jobs` is appended to. */
  readonly url: string;
  /** The page that shows what it does. */
  readonly consoleUrl: string;
  /** The local AWS, for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** The access key that it asks for. */
  readonly credentials: Credentials;
  /** The clients with their tokens as they are now. */
  clients(): readonly Client[];
  /** What each key of a usage plan has used. */
  usagePlans(): readonly KeyUsage[];
  /** Whether a client's call would reach its function. */
  admits(call: Call): Promise<boolean>;
  stop(): Promise<void>;
}

/**
 * Deploys a stack to this process: makes its functions and custom resources, and serves its REST API
 * on 127.0.0.1. The functions find Secrets Manager, Lambda, API Gateway and CloudFormation on
 * another port, as far as the issuer of tokens and its operators need them.
 *
 * @throws Problem when the port cannot be used, or the API cannot be run
 */
export async function startLocalGateway(options: LocalGatewayOptions): Promise<LocalGateway> {
  const { stack: local, secrets, dynamoDb, credentials, port, limits, now, signal } = options;
  const { onOutcome, onLog, onOutput } = options;
  const { api, stack, assembly } = local;
  await using started = new AsyncDisposableStack();

  const functions = new Map<string, LambdaFunction>();
  const stopFunctions = () => Promise.all([...functions.values()].map((one) => one.stop()));
  started.defer(async () => {
    await stopFunctions();
  });
  const gateway = gatewayFor(api, {
    // Every function that the API calls has been made when the first request comes.
    invoke: invokeWithin((arn) => functions.get(arn) as LambdaFunction),
    now,
    log: onLog,
    authorizerTimeoutMs: limits.authorizerTimeoutMs,
  });
  const gatewayConsole = newGatewayConsole({
    clients: () => clientEntries(clientsOf(stack, secrets), gateway.usagePlans(), stack.outputs()),
    start: () => {
      const call = exampleCalls(api, '…').at(-1);
      return { apiUrl: url, example: call === undefined ? null : curlCommand(url, call) };
    },
  });
  const answers = customResourceAnswers();
  const services = [
    answers.service,
    secretsManager(secrets),
    lambda((id) => [...functions.values()].find(({ name, arn }) => id === name || id === arn)),
    apiGateway(api, gateway),
    cloudFormation(stack, new Date(now())),
  ];
  const aws = await startAwsEndpoint(services, credentials);
  started.defer(() => aws.close());
  const endpoints = { aws: aws.url, dynamoDb: dynamoDb?.endpoint };
  const { maxInstances } = limits;

  await dynamoDb?.createTables(local.tables);
  // A call that is under way fails at once.
  signal.addEventListener('abort', stopFunctions);
  await deploy(local, {
    signal,
    functions,
    makeFunction: (resource) =>
      lambdaFunction(functionDefinition(resource, stack, assembly, secrets), {
        region: api.region,
        endpoints,
        credentials,
        maxInstances,
        onOutput: (name, line) => {
          gatewayConsole.read(line);
          onOutput(name, line);
        },
      }),
    answers,
    endpoint: aws.url,
    answerTimeoutMs: limits.customResourceAnswerMs,
    onLog,
  });
  signal.removeEventListener('abort', stopFunctions);
  const server = await startServer({
    gateway,
    gatewayConsole,
    port,
    maxBodyBytes: limits.maxBodyBytes,
    onOutcome: (outcome) => {
      gatewayConsole.add(outcome);
      onOutcome(outcome);
    },
  });
  started.defer(() => server.close());
  const origin = `http://127.0.0.1:${server.port}`;
  const url = `${origin}/${api.stage}`;
  const running = started.move();
  return {
    url,
    consoleUrl: `${origin}${consolePath}`,
    endpoint: aws.url,
    credentials,
    clients: () => clientsOf(stack, secrets),
    usagePlans: () => gateway.usagePlans(),
    admits: ({ httpMethod, path, headers }) =>
      gateway.admits({
        method: httpMethod,
        target: `/${api.stage}${path}`,
        headers,
        body: Buffer.alloc(0),
        sourceIp: '127.0.0.1',
        port: server.port,
        httpVersion: '1.1',
      }),
    stop: () => running.disposeAsync(),
  };
}
