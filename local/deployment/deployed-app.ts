import type { ApiKeys } from '../api/authorize/api-keys.ts';
import type { CounterOf } from '../api/authorize/usage-counter.ts';
import { type Gateway, gatewayFor } from '../api/gateway.ts';
import { invokeWithin } from '../api/invoke.ts';
import { awsServices } from '../aws/aws-services.ts';
import type { Credentials } from '../aws/credentials.ts';
import { startAwsEndpoint } from '../aws/endpoint.ts';
import type { AwsService } from '../aws/service.ts';
import type { DynamoDb } from '../dynamodb/dynamodb.ts';
import { InFlight } from '../in-flight.ts';
import { functionDefinition } from '../lambda/function-definition.ts';
import { type LambdaFunction, lambdaFunction } from '../lambda/lambda-function.ts';
import type { Limits } from '../limits.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { ServedApp } from '../served-app.ts';
import type { Stack, StackResource } from '../template/stack.ts';
import type { KnownResources } from './custom-resource.ts';
import type { CustomResourceAnswers } from './custom-resource-answers.ts';
import { deploy } from './deploy.ts';

/** What outlives a deployment, and what it is made with. */
export interface DeploymentOptions {
  readonly secrets: SecretStore;
  readonly dynamoDb: DynamoDb | undefined;
  readonly keys: ApiKeys;
  readonly counterOf: CounterOf;
  readonly known: KnownResources;
  readonly answers: CustomResourceAnswers;
  /** The local AWS that outlives a deployment, where the answers are received. */
  readonly endpoint: string;
  /** CloudWatch Logs of the local AWS. */
  readonly logs: AwsService;
  readonly createdAt: Date;
  /** The access key for the local AWS and DynamoDB. */
  readonly credentials: Credentials;
  readonly limits: Limits;
  readonly now: () => number;
  /** Aborted to end a deployment; one that serves is stopped with `stop`. */
  readonly signal: AbortSignal;
  /** Gets the gateway's own messages for the developer. */
  readonly onLog: (text: string) => void;
  /** Gets each line that a function prints. */
  readonly onOutput: (functionName: string, line: string) => void;
  /** The deployment that serves at the moment, once there is one. */
  readonly current: () => DeployedApp | undefined;
}

/** An app as one synthesis has it, with its functions and custom resources made. */
export interface DeployedApp {
  readonly app: ServedApp;
  /** A gateway for each stage. */
  readonly gateways: readonly Gateway[];
  /** By ARN. */
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  /** Its local AWS. */
  readonly services: readonly AwsService[];
  /**
   * Gives its functions what those of the deployment that it replaces were given since it was begun:
   * tokens are rotated in a function's environment.
   */
  catchUp(): void;
  /** Lets the requests and calls under way end, and then stops. Its functions find the current local AWS. */
  finish(): Promise<void>;
  stop(): Promise<void>;
}

/** Counts the requests that a gateway answers. */
function counted(gateway: Gateway, requests: InFlight): Gateway {
  return { ...gateway, handle: (raw) => requests.track(gateway.handle(raw)) };
}

/** Makes functions, each with the environment that one of its name has in the current deployment. */
function functionMaker(app: ServedApp, options: DeploymentOptions, awsUrl: string) {
  const { secrets, dynamoDb, credentials, limits, onOutput } = options;
  const before = options.current()?.functions ?? new Map<string, LambdaFunction>();
  const revisions = new Map([...before].map(([arn, one]) => [arn, one.revisionId()]));
  const define = (resource: StackResource, stack: Stack) =>
    functionDefinition(
      resource,
      stack,
      app.assembly,
      secrets,
      before.get(resource.arn)?.definition(),
    );
  const redefine = new Map<string, () => ReturnType<typeof define>>();
  return {
    makeFunction: (resource: StackResource, stack: Stack): LambdaFunction => {
      redefine.set(resource.arn, () => define(resource, stack));
      return lambdaFunction(define(resource, stack), {
        region: stack.region,
        endpoints: { aws: awsUrl, dynamoDb: dynamoDb?.endpoint },
        credentials,
        maxInstances: limits.maxInstances,
        onOutput,
      });
    },
    catchUp: (made: LambdaFunction): void => {
      const { arn } = made;
      if (before.get(arn)?.revisionId() === revisions.get(arn)) return;
      made.replaceEnvironment(redefine.get(arn)?.().environment ?? {});
    },
  };
}

async function stopAll(functions: ReadonlyMap<string, LambdaFunction>): Promise<void> {
  await Promise.all([...functions.values()].map((one) => one.stop()));
}

/**
 * Deploys the stacks of an app to this process, beside the deployment that is served: makes their tables,
 * functions and custom resources, and a gateway for each stage. The functions find the local AWS on a
 * port of their own, where other functions are those of this deployment.
 *
 * @throws Problem when an API cannot be run; the signal's reason
 */
export async function deployApp(app: ServedApp, options: DeploymentOptions): Promise<DeployedApp> {
  const { keys, counterOf, credentials, limits, now, onLog } = options;
  await using started = new AsyncDisposableStack();
  const functions = new Map<string, LambdaFunction>();
  const requests = new InFlight();
  const gatewayOptions = {
    // Every function that the APIs call has been made when the first request comes.
    invoke: invokeWithin((arn) => functions.get(arn) as LambdaFunction),
    now,
    log: onLog,
    authorizerTimeoutMs: limits.authorizerTimeoutMs,
    counterOf,
    keys,
  };
  const gateways = app.apis.map((api) => counted(gatewayFor(api, gatewayOptions), requests));
  const own: readonly AwsService[] = awsServices(app, { ...options, gateways, functions });
  let services = () => own;
  const aws = await startAwsEndpoint(() => services(), credentials);
  started.defer(() => aws.close());
  const stopped = new AbortController();
  started.defer(() => {
    stopped.abort();
    return stopAll(functions);
  });
  // Ends the call that is under way, too.
  const stopFunctions = () => void stopAll(functions);
  options.signal.addEventListener('abort', stopFunctions);
  const { makeFunction, catchUp } = functionMaker(app, options, aws.url);
  try {
    // The deployment that serves goes on with its tables, whatever becomes of this one.
    if (options.current() === undefined) await options.dynamoDb?.createTables(app.tables);
    else await options.dynamoDb?.addTables(app.tables);
    await deploy(app, {
      ...options,
      functions,
      makeFunction,
      answerTimeoutMs: limits.customResourceAnswerMs,
      freeResourceMs: limits.freeResourceMs,
      signal: AbortSignal.any([options.signal, stopped.signal]),
    });
  } finally {
    options.signal.removeEventListener('abort', stopFunctions);
  }
  const running = started.move();
  return {
    app,
    gateways,
    functions,
    services: own,
    catchUp: () => functions.forEach(catchUp),
    async finish() {
      services = () => options.current()?.services ?? [];
      await requests.ended();
      await Promise.all([...functions.values()].map((one) => one.finish()));
      await running.disposeAsync();
    },
    stop: () => running.disposeAsync(),
  };
}
