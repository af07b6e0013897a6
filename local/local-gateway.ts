import { CLIENT_PARTITION } from '../lambda/contract/table/table-key.ts';
import type { KeyUsage } from './api/authorize/usage-plans.ts';
import type { Outcome } from './api/outcome.ts';
import { usageOf, usageOfKey } from './api/usage-of.ts';
import { cloudWatchLogs } from './aws/cloudwatch-logs.ts';
import type { Credentials } from './aws/credentials.ts';
import { type ClientTable, clientTablesOf } from './client-tables.ts';
import { type Client, clientsOf } from './clients.ts';
import { clientEntries } from './console/client-entries.ts';
import { newDirectory } from './console/clients/directory.ts';
import { consolePath, newGatewayConsole } from './console/gateway-console.ts';
import { describedApis } from './console/reference/described-apis.ts';
import { startEvent } from './console/start-event.ts';
import { type DeploymentsOptions, startDeployments } from './deployment/deployments.ts';
import { severalHaveClients } from './operator-command.ts';
import type { ServedApp } from './served-app.ts';
import { ApiServers, type ServedStage } from './served-stages.ts';
import { tokenUses } from './token-uses.ts';

export interface LocalGatewayOptions extends Omit<DeploymentsOptions, 'logs'> {
  readonly app: ServedApp;
  /** The port of the first API; 0 takes a free one for each. */
  readonly port: number;
  readonly onOutcome: (outcome: Outcome) => void;
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

/**
 * Deploys the stacks of an app to this process: makes their functions and custom resources, and serves
 * their REST APIs on 127.0.0.1. The functions find Secrets Manager, Lambda, API Gateway and
 * CloudFormation on another port, as far as the issuer of tokens and its operators need them.
 *
 * @throws Problem when a port cannot be used, or an API cannot be run
 */
export async function startLocalGateway(options: LocalGatewayOptions): Promise<LocalGateway> {
  const { secrets, dynamoDb, credentials, limits, onOutcome } = options;
  await using started = new AsyncDisposableStack();
  const gateways = () => deployments.current().gateways;
  const uses = tokenUses(options.app.apis);
  const stacks = () => deployments.current().app.stacks;
  const clients = () => clientsOf(stacks(), secrets);
  const directory = newDirectory({
    stacks,
    stages: () => serving.stages,
    secrets,
    reads: dynamoDb,
    uses,
    usageOfPlan: (planId) => usageOf(gateways(), new Set([planId])),
    usageOfKey: (value) => usageOfKey(gateways(), value),
    now: options.now,
  });
  const gatewayConsole = newGatewayConsole({
    directory,
    clients: () => {
      const all = clients();
      // Without the keys of a client table, of which there may be thousands.
      const plans = new Set(all.flatMap(({ output }) => output.usagePlanId ?? []));
      return {
        clients: clientEntries(all, usageOf(gateways(), plans), severalHaveClients(stacks())),
        tables: directory.tables(),
      };
    },
    start: () => startEvent(serving.stages),
    apis: () => describedApis(serving.app, serving.stages),
  });
  const deployments = await startDeployments({
    ...options,
    logs: cloudWatchLogs(uses),
    onOutput: (name, line) => {
      gatewayConsole.read(line);
      options.onOutput(name, line);
    },
  });
  started.defer(() => deployments.stop());
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
  started.defer(() => servers.close());

  /** Serves an app in place of what is served. */
  async function serve(app: ServedApp) {
    const deployed = await deployments.deploy(app);
    try {
      await servers.open(deployed.gateways);
      // From here on in one step.
      const ended = deployments.replace(deployed);
      uses.follow(app.apis);
      return { ended, serving: servingOf(app, servers.serve(deployed.gateways)) };
    } catch (error) {
      await servers.abandon();
      await deployments.discard(deployed);
      throw error;
    }
  }

  let { serving } = await serve(options.app);
  const running = started.move();
  return {
    get app() {
      return serving.app;
    },
    get stages() {
      return serving.stages;
    },
    get url() {
      return serving.url;
    },
    get consoleUrl() {
      return serving.consoleUrl;
    },
    get clientTables() {
      return serving.clientTables;
    },
    endpoint: deployments.endpoint,
    credentials,
    clients,
    countClients: async ({ tableName }, most) =>
      await dynamoDb?.count(tableName, CLIENT_PARTITION, most),
    usagePlans: () => usageOf(gateways()),
    async update(app) {
      const next = await serve(app);
      serving = next.serving;
      gatewayConsole.refresh();
      return { ended: next.ended };
    },
    stop: () => running.disposeAsync(),
  };
}

function servingOf(app: ServedApp, stages: readonly ServedStage[]): Serving {
  const url = stages[0]?.url ?? '';
  const consoleUrl = `${new URL(url).origin}${consolePath}`;
  return { app, stages, url, consoleUrl, clientTables: clientTablesOf(app.stacks) };
}
