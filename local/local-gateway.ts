import { CLIENT_PARTITION } from '../lambda/contract/table/table-key.ts';
import { ApiKeys } from './api/authorize/api-keys.ts';
import { usageCounters } from './api/authorize/usage-counter.ts';
import type { KeyUsage } from './api/authorize/usage-plans.ts';
import { exampleCalls } from './api/example-calls.ts';
import type { Gateway } from './api/gateway.ts';
import type { Outcome } from './api/outcome.ts';
import { cloudWatchLogs } from './aws/cloudwatch-logs.ts';
import type { Credentials } from './aws/credentials.ts';
import { startAwsEndpoint } from './aws/endpoint.ts';
import { curlCommand } from './cli/curl.ts';
import { type ClientTable, clientTablesOf } from './client-tables.ts';
import { type Client, clientsOf } from './clients.ts';
import { clientEntries } from './console/client-entries.ts';
import { newDirectory } from './console/clients/directory.ts';
import type { StartEvent } from './console/entries.ts';
import { consolePath, newGatewayConsole } from './console/gateway-console.ts';
import { describedApis } from './console/reference/described-apis.ts';
import {
  isCustomResource,
  type KnownResources,
  resourceKey,
} from './deployment/custom-resource.ts';
import { customResourceAnswers } from './deployment/custom-resource-answers.ts';
import { type DeployedApp, type DeploymentOptions, deployApp } from './deployment/deployed-app.ts';
import type { DynamoDb } from './dynamodb/dynamodb.ts';
import type { Limits } from './limits.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import { secretsOf } from './secrets/secrets.ts';
import type { ServedApp } from './served-app.ts';
import { ApiServers, type ServedStage } from './served-stages.ts';
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
  /** Aborted to end the start or an update; a gateway that runs is stopped with `stop`. */
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: Outcome) => void;
  /** Gets the gateway's own messages for the developer. */
  readonly onLog: (text: string) => void;
  /** Gets each line that a function prints. */
  readonly onOutput: (functionName: string, line: string) => void;
}

/** What a gateway serves at the moment. */
export interface Serving {
  readonly app: ServedApp;
  /** Each stage of each API, in the app's order. */
  readonly stages: readonly ServedStage[];
  /** The URL of the first one. */
  readonly url: string;
  /** The page that shows what they do. */
  readonly consoleUrl: string;
  /** The tables that other clients are in. */
  readonly clientTables: readonly ClientTable[];
}

/** The REST APIs of an app on 127.0.0.1, with their functions. */
export interface LocalGateway extends Serving {
  /** The local AWS, for `AWS_ENDPOINT_URL`. */
  readonly endpoint: string;
  /** The access key that it asks for. */
  readonly credentials: Credentials;
  /** The clients with their tokens as they are now. */
  clients(): readonly Client[];
  /** How many clients a table has, counted up to one more than `most`. */
  countClients(table: ClientTable, most: number): Promise<number | undefined>;
  /** What each key of a usage plan has used. */
  usagePlans(): readonly KeyUsage[];
  /**
   * Serves the app as another synthesis has it. It is deployed beside what is served, and then takes its
   * place in one step: requests under way are answered as they began. Data, tokens, ports, the console and
   * what keys have used stay.
   *
   * @returns the end of what was served before, when nothing of it runs any more
   * @throws Problem when it cannot be run: what is served stays as it is
   */
  update(app: ServedApp): Promise<{ readonly ended: Promise<void> }>;
  stop(): Promise<void>;
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

/** Forgets the custom resources that an app has no longer. */
function forgetOthers(known: KnownResources, { stacks }: ServedApp): void {
  const keys = stacks.flatMap((stack) =>
    stack
      .inOrder()
      .filter(({ type }) => isCustomResource(type))
      .map(({ logicalId }) => resourceKey(stack.stackId, logicalId)),
  );
  for (const key of known.keys()) if (!keys.includes(key)) known.delete(key);
}

/** What is served, and the deployment behind it. */
interface Current extends Serving {
  readonly deployed: DeployedApp;
}

/**
 * Deploys the stacks of an app to this process: makes their functions and custom resources, and serves
 * their REST APIs on 127.0.0.1. The functions find Secrets Manager, Lambda, API Gateway and
 * CloudFormation on another port, as far as the issuer of tokens and its operators need them.
 *
 * @throws Problem when a port cannot be used, or an API cannot be run
 */
export async function startLocalGateway(options: LocalGatewayOptions): Promise<LocalGateway> {
  const { secrets, dynamoDb, credentials, limits, now, onOutcome } = options;
  await using started = new AsyncDisposableStack();
  let current: Current | undefined;
  const serving = () => current as Current;
  const gatewaysNow = () => serving().deployed.gateways;
  const keys = new ApiKeys(options.app.apis, now);
  const uses = tokenUses(options.app.apis);
  const clients = () => clientsOf(serving().app.stacks, secrets);
  const directory = newDirectory({
    stacks: () => serving().app.stacks,
    stages: () => serving().stages,
    secrets,
    reads: dynamoDb,
    uses,
    usageOfPlan: (planId) => usageOf(gatewaysNow(), new Set([planId])),
    usageOfKey: (value) => usageOfKey(gatewaysNow(), value),
    now,
  });
  const gatewayConsole = newGatewayConsole({
    directory,
    clients: () => {
      const all = clients();
      // Without the keys of a client table, of which there may be thousands.
      const plans = new Set(all.flatMap(({ output }) => output.usagePlanId ?? []));
      return {
        clients: clientEntries(all, usageOf(gatewaysNow(), plans)),
        tables: directory.tables(),
      };
    },
    start: () => startEvent(serving().stages),
    apis: () => describedApis(serving().app, serving().stages),
  });
  const answers = customResourceAnswers();
  const aws = await startAwsEndpoint(
    () => [answers.service, ...(current?.deployed.services ?? [])],
    credentials,
  );
  started.defer(() => aws.close());
  const deployment: DeploymentOptions = {
    ...options,
    keys,
    counterOf: usageCounters(now),
    known: new Map(),
    answers,
    endpoint: aws.url,
    logs: cloudWatchLogs(uses),
    createdAt: new Date(now()),
    onOutput: (name, line) => {
      gatewayConsole.read(line);
      options.onOutput(name, line);
    },
    current: () => current?.deployed,
  };
  const servers = new ApiServers({
    gatewayConsole,
    port: options.port,
    maxBodyBytes: limits.maxBodyBytes,
    onOutcome: (outcome: Outcome) => {
      uses.add(outcome);
      gatewayConsole.add(outcome);
      onOutcome(outcome);
    },
  });
  const running = new Set<DeployedApp>();
  started.defer(() => Promise.all([...running].map((one) => one.stop())).then(() => undefined));
  started.defer(() => servers.close());

  /** Has these apps' secrets, plans and keys, and no others. */
  function retain(app: ServedApp): void {
    const all = secretsOf(app.stacks, secrets.versions(), now());
    secrets.add(all);
    secrets.retain(all);
    keys.retain(app.apis);
    forgetOthers(deployment.known, app);
  }

  function serve(deployed: DeployedApp): void {
    const { app, gateways } = deployed;
    deployed.catchUp();
    const stages = servers.serve(gateways);
    const url = stages[0]?.url ?? '';
    const consoleUrl = `${new URL(url).origin}${consolePath}`;
    current = { deployed, app, stages, url, consoleUrl, clientTables: clientTablesOf(app.stacks) };
  }

  async function deployBeside(app: ServedApp): Promise<DeployedApp> {
    const deployed = await deployApp(app, deployment);
    running.add(deployed);
    try {
      await servers.open(deployed.gateways);
      serve(deployed);
      return deployed;
    } catch (error) {
      running.delete(deployed);
      await deployed.stop();
      throw error;
    }
  }

  await deployBeside(options.app);
  const all = started.move();
  return {
    get app() {
      return serving().app;
    },
    get stages() {
      return serving().stages;
    },
    get url() {
      return serving().url;
    },
    get consoleUrl() {
      return serving().consoleUrl;
    },
    get clientTables() {
      return serving().clientTables;
    },
    endpoint: aws.url,
    credentials,
    clients,
    countClients: async ({ tableName }, most) =>
      await dynamoDb?.count(tableName, CLIENT_PARTITION, most),
    usagePlans: () => usageOf(gatewaysNow()),
    async update(app) {
      const before = serving();
      secrets.add(secretsOf(app.stacks, secrets.versions(), now()));
      keys.add(app.apis);
      try {
        await deployBeside(app);
      } catch (error) {
        retain(before.app);
        throw error;
      }
      retain(app);
      uses.follow(app.apis);
      gatewayConsole.refresh();
      const ended = before.deployed.finish().then(() => void running.delete(before.deployed));
      return { ended };
    },
    stop: () => all.disposeAsync(),
  };
}
