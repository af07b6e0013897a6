import type { KeyUsage } from './api/authorize/usage-plans.ts';
import { type Call, exampleCalls } from './api/example-calls.ts';
import { type Gateway, gatewayFor } from './api/gateway.ts';
import { invokeWithin } from './api/invoke.ts';
import type { Outcome } from './api/outcome.ts';
import type { RawRequest } from './api/request/request.ts';
import { awsServices } from './aws/aws-services.ts';
import type { Credentials } from './aws/credentials.ts';
import { startAwsEndpoint } from './aws/endpoint.ts';
import { curlCommand } from './cli/curl.ts';
import { type Client, clientsOf } from './clients.ts';
import { clientEntries } from './console/client-entries.ts';
import { consolePath, type GatewayConsole, newGatewayConsole } from './console/gateway-console.ts';
import { customResourceAnswers } from './deployment/custom-resource-answers.ts';
import { type DeployOptions, deploy } from './deployment/deploy.ts';
import type { DynamoDb } from './dynamodb/dynamodb.ts';
import { host, type Listening } from './http/listen.ts';
import { startServer } from './http/server.ts';
import { functionDefinition } from './lambda/function-definition.ts';
import { type LambdaFunction, lambdaFunction } from './lambda/lambda-function.ts';
import type { Limits } from './limits.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import type { ServedStack } from './served-stack.ts';
import type { StackResource } from './template/stack.ts';

export interface LocalGatewayOptions {
  readonly stack: ServedStack;
  readonly secrets: SecretStore;
  readonly dynamoDb: DynamoDb | undefined;
  /** The access key for the local AWS and DynamoDB. */
  readonly credentials: Credentials;
  readonly port: number;
  readonly limits: Limits;
  readonly now: () => number;
  /** Aborted to end the start; a gateway that runs is stopped with `stop`. */
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: Outcome) => void;
  /** Gets the gateway's own messages for the developer. */
  readonly onLog: (text: string) => void;
  /** Gets each line that a function prints. */
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

type Functions = Map<string, LambdaFunction>;

async function stopAll(functions: Functions): Promise<void> {
  await Promise.all([...functions.values()].map((one) => one.stop()));
}

function gatewayOf({ stack, now, onLog, limits }: LocalGatewayOptions, functions: Functions) {
  return gatewayFor(stack.api, {
    // Every function that the API calls has been made when the first request comes.
    invoke: invokeWithin((arn) => functions.get(arn) as LambdaFunction),
    now,
    log: onLog,
    authorizerTimeoutMs: limits.authorizerTimeoutMs,
  });
}

/** @param url gives the API's URL, which is not known before its server has started */
function consoleOf(
  { stack: { stack, api }, secrets }: LocalGatewayOptions,
  gateway: Gateway,
  url: () => string,
): GatewayConsole {
  return newGatewayConsole({
    clients: () => clientEntries(clientsOf(stack, secrets), gateway.usagePlans(), stack.outputs()),
    start: () => {
      const call = exampleCalls(api, '…').at(-1);
      return { apiUrl: url(), example: call === undefined ? null : curlCommand(url(), call) };
    },
  });
}

/** Makes a function of the stack, whose output the console reads, too. */
function functionMaker(
  options: LocalGatewayOptions,
  awsUrl: string,
  gatewayConsole: GatewayConsole,
): (resource: StackResource) => LambdaFunction {
  const { stack: served, secrets, dynamoDb, credentials, limits, onOutput } = options;
  const { stack, assembly, api } = served;
  return (resource) =>
    lambdaFunction(functionDefinition(resource, stack, assembly, secrets), {
      region: api.region,
      endpoints: { aws: awsUrl, dynamoDb: dynamoDb?.endpoint },
      credentials,
      maxInstances: limits.maxInstances,
      onOutput: (name, line) => {
        gatewayConsole.read(line);
        onOutput(name, line);
      },
    });
}

/** Deploys the stack; the end of the signal also ends the call that is under way. */
async function deployUntil(
  signal: AbortSignal,
  served: ServedStack,
  options: Omit<DeployOptions, 'signal'>,
): Promise<void> {
  const stopFunctions = () => void stopAll(options.functions);
  signal.addEventListener('abort', stopFunctions);
  await deploy(served, { ...options, signal });
  signal.removeEventListener('abort', stopFunctions);
}

function startServing(
  { port, limits, onOutcome }: LocalGatewayOptions,
  gateway: Gateway,
  gatewayConsole: GatewayConsole,
): Promise<Listening> {
  return startServer({
    gateway,
    gatewayConsole,
    port,
    maxBodyBytes: limits.maxBodyBytes,
    onOutcome: (outcome) => {
      gatewayConsole.add(outcome);
      onOutcome(outcome);
    },
  });
}

/** A call as it would come over the wire. */
function rawCall({ httpMethod, path, headers }: Call, stage: string, port: number): RawRequest {
  return {
    method: httpMethod,
    target: `/${stage}${path}`,
    headers,
    body: Buffer.alloc(0),
    sourceIp: host,
    port,
    httpVersion: '1.1',
  };
}

/**
 * Deploys a stack to this process: makes its functions and custom resources, and serves its REST API
 * on 127.0.0.1. The functions find Secrets Manager, Lambda, API Gateway and CloudFormation on
 * another port, as far as the issuer of tokens and its operators need them.
 *
 * @throws Problem when the port cannot be used, or the API cannot be run
 */
export async function startLocalGateway(options: LocalGatewayOptions): Promise<LocalGateway> {
  const { stack: served, secrets, credentials, limits, signal, onLog } = options;
  const { stage } = served.api;
  await using started = new AsyncDisposableStack();
  const functions: Functions = new Map();
  started.defer(() => stopAll(functions));
  const gateway = gatewayOf(options, functions);
  const answers = customResourceAnswers();
  const createdAt = new Date(options.now());
  const services = awsServices(served, gateway, secrets, functions, createdAt);
  const aws = await startAwsEndpoint([answers.service, ...services], credentials);
  started.defer(() => aws.close());
  const gatewayConsole = consoleOf(options, gateway, () => url);
  await options.dynamoDb?.createTables(served.tables);
  await deployUntil(signal, served, {
    functions,
    makeFunction: functionMaker(options, aws.url, gatewayConsole),
    answers,
    endpoint: aws.url,
    answerTimeoutMs: limits.customResourceAnswerMs,
    onLog,
  });
  const server = await startServing(options, gateway, gatewayConsole);
  started.defer(() => server.close());
  const { port } = server;
  const url = `http://${host}:${port}/${stage}`;
  const running = started.move();
  return {
    url,
    consoleUrl: `http://${host}:${port}${consolePath}`,
    endpoint: aws.url,
    credentials,
    clients: () => clientsOf(served.stack, secrets),
    usagePlans: () => gateway.usagePlans(),
    admits: (call) => gateway.admits(rawCall(call, stage, port)),
    stop: () => running.disposeAsync(),
  };
}
