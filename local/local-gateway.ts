import { CLIENT_PARTITION } from '../lambda/contract/table/table-key.ts';
import { ApiKeys } from './api/authorize/api-keys.ts';
import { usageCounters } from './api/authorize/usage-counter.ts';
import type { KeyUsage } from './api/authorize/usage-plans.ts';
import { exampleCalls } from './api/example-calls.ts';
import { type Gateway, gatewayFor } from './api/gateway.ts';
import { invokeWithin } from './api/invoke.ts';
import type { Outcome } from './api/outcome.ts';
import { awsServices } from './aws/aws-services.ts';
import type { Credentials } from './aws/credentials.ts';
import { startAwsEndpoint } from './aws/endpoint.ts';
import { curlCommand } from './cli/curl.ts';
import { type ClientTable, clientTablesOf } from './client-tables.ts';
import { type Client, clientsOf } from './clients.ts';
import { clientEntries } from './console/client-entries.ts';
import { newDirectory } from './console/clients/directory.ts';
import type { StartEvent } from './console/entries.ts';
import { consolePath, type GatewayConsole, newGatewayConsole } from './console/gateway-console.ts';
import { customResourceAnswers } from './deployment/custom-resource-answers.ts';
import { type DeployOptions, deploy } from './deployment/deploy.ts';
import type { DynamoDb } from './dynamodb/dynamodb.ts';
import { functionDefinition } from './lambda/function-definition.ts';
import { type LambdaFunction, lambdaFunction } from './lambda/lambda-function.ts';
import type { Limits } from './limits.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import type { ServedApp } from './served-app.ts';
import { type ServedStage, serveStages } from './served-stages.ts';
import { tokenUses } from './token-uses.ts';

export interface LocalGatewayOptions {
  readonly app: ServedApp;
  readonly secrets: SecretStore;
  readonly dynamoDb: DynamoDb | undefined;
  /** The access key for the local AWS and DynamoDB. */
  readonly credentials: Credentials;
  /** The port of the first API; 0 takes a free one for each. */
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

/** The REST APIs of an app on 127.0.0.1, with their functions. */
export interface LocalGateway {
  /** Each stage of each API, in the app's order. */
  readonly stages: readonly ServedStage[];
  /** The URL of the first one. */
  readonly url: string;
  /** The page that shows what they do. */
  readonly consoleUrl: string;
  /** The local AWS, for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** The access key that it asks for. */
  readonly credentials: Credentials;
  /** The clients with their tokens as they are now. */
  clients(): readonly Client[];
  /** The tables that other clients are in. */
  readonly clientTables: readonly ClientTable[];
  /** How many clients a table has, counted up to one more than `most`. */
  countClients(table: ClientTable, most: number): Promise<number | undefined>;
  /** What each key of a usage plan has used. */
  usagePlans(): readonly KeyUsage[];
  stop(): Promise<void>;
}

type Functions = Map<string, LambdaFunction>;

async function stopAll(functions: Functions): Promise<void> {
  await Promise.all([...functions.values()].map((one) => one.stop()));
}

function gatewaysOf(
  { app, now, onLog, limits }: LocalGatewayOptions,
  keys: ApiKeys,
  functions: Functions,
): Gateway[] {
  const options = {
    // Every function that the APIs call has been made when the first request comes.
    invoke: invokeWithin((arn) => functions.get(arn) as LambdaFunction),
    now,
    log: onLog,
    authorizerTimeoutMs: limits.authorizerTimeoutMs,
    counterOf: usageCounters(now),
    keys,
  };
  return app.apis.map((api) => gatewayFor(api, options));
}

/** What each key of a plan has used; plans of several stages are listed once. */
function usageOf(gateways: readonly Gateway[], ofPlans?: ReadonlySet<string>): KeyUsage[] {
  const all = gateways.flatMap((gateway) => gateway.usagePlans(ofPlans));
  return [...new Map(all.map((one) => [JSON.stringify([one.planId, one.keyId]), one])).values()];
}

/** What the key with a value has used of its plan, which is the same at all stages of the plan. */
function usageOfKey(gateways: readonly Gateway[], value: string): KeyUsage | undefined {
  return gateways.map((gateway) => gateway.usageOfKey(value)).find((usage) => usage !== undefined);
}

/** What the console shows first. */
function startEvent(stages: readonly ServedStage[]): Pick<StartEvent, 'apis' | 'example'> {
  const examples = stages.flatMap(({ api, url }) => {
    const call = exampleCalls(api, '…').at(-1);
    return call === undefined ? [] : [curlCommand(url, call)];
  });
  return {
    apis: stages.map(({ api, url }) => ({ label: api.label ?? null, url })),
    example: examples[0] ?? null,
  };
}

/** Makes a function of a stack, whose output the console reads, too. */
function functionMaker(
  options: LocalGatewayOptions,
  awsUrl: string,
  gatewayConsole: GatewayConsole,
): DeployOptions['makeFunction'] {
  const { app, secrets, dynamoDb, credentials, limits, onOutput } = options;
  return (resource, stack) =>
    lambdaFunction(functionDefinition(resource, stack, app.assembly, secrets), {
      region: stack.region,
      endpoints: { aws: awsUrl, dynamoDb: dynamoDb?.endpoint },
      credentials,
      maxInstances: limits.maxInstances,
      onOutput: (name, line) => {
        gatewayConsole.read(line);
        onOutput(name, line);
      },
    });
}

/** Deploys the app; the end of the signal also ends the call that is under way. */
async function deployUntil(
  signal: AbortSignal,
  app: ServedApp,
  options: Omit<DeployOptions, 'signal'>,
): Promise<void> {
  const stopFunctions = () => void stopAll(options.functions);
  signal.addEventListener('abort', stopFunctions);
  await deploy(app, { ...options, signal });
  signal.removeEventListener('abort', stopFunctions);
}

/**
 * Deploys the stacks of an app to this process: makes their functions and custom resources, and serves
 * their REST APIs on 127.0.0.1. The functions find Secrets Manager, Lambda, API Gateway and
 * CloudFormation on another port, as far as the issuer of tokens and its operators need them.
 *
 * @throws Problem when a port cannot be used, or an API cannot be run
 */
export async function startLocalGateway(options: LocalGatewayOptions): Promise<LocalGateway> {
  const { app, secrets, credentials, limits, signal, port, onLog, onOutcome } = options;
  await using started = new AsyncDisposableStack();
  const functions: Functions = new Map();
  started.defer(() => stopAll(functions));
  const keys = new ApiKeys(app.apis, options.now);
  const gateways = gatewaysOf(options, keys, functions);
  const uses = tokenUses(app.apis);
  const answers = customResourceAnswers();
  const services = awsServices(
    app,
    gateways,
    keys,
    uses,
    secrets,
    functions,
    new Date(options.now()),
  );
  const aws = await startAwsEndpoint([answers.service, ...services], credentials);
  started.defer(() => aws.close());
  const clients = () => clientsOf(app.stacks, secrets);
  const directory = newDirectory({
    stacks: () => app.stacks,
    stages: () => stages,
    secrets,
    reads: options.dynamoDb,
    uses: () => uses,
    usageOfPlan: (planId) => usageOf(gateways, new Set([planId])),
    usageOfKey: (value) => usageOfKey(gateways, value),
    now: options.now,
  });
  const gatewayConsole = newGatewayConsole({
    directory,
    clients: () => {
      const all = clients();
      // Without the keys of a client table, of which there may be thousands.
      const plans = new Set(all.flatMap(({ output }) => output.usagePlanId ?? []));
      return {
        clients: clientEntries(all, usageOf(gateways, plans)),
        tables: directory.tables(),
      };
    },
    start: () => startEvent(stages),
  });
  await options.dynamoDb?.createTables(app.tables);
  await deployUntil(signal, app, {
    functions,
    makeFunction: functionMaker(options, aws.url, gatewayConsole),
    answers,
    endpoint: aws.url,
    answerTimeoutMs: limits.customResourceAnswerMs,
    freeResourceMs: limits.freeResourceMs,
    onLog,
  });
  const server = {
    gatewayConsole,
    port,
    maxBodyBytes: limits.maxBodyBytes,
    onOutcome: (outcome: Outcome) => {
      uses.add(outcome);
      gatewayConsole.add(outcome);
      onOutcome(outcome);
    },
  };
  const stages = await serveStages(gateways, server, (one) => started.defer(() => one.close()));
  const url = stages[0]?.url ?? '';
  const running = started.move();
  return {
    stages,
    url,
    consoleUrl: `${new URL(url).origin}${consolePath}`,
    endpoint: aws.url,
    credentials,
    clients,
    clientTables: clientTablesOf(app.stacks),
    countClients: async ({ tableName }, most) =>
      await options.dynamoDb?.count(tableName, CLIENT_PARTITION, most),
    usagePlans: () => usageOf(gateways),
    stop: () => running.disposeAsync(),
  };
}
