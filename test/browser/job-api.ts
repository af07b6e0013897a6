import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientProps } from '../../lib/authorizer/clients/client-props.ts';
import { JobApiStack } from '../../lib/job-api/job-api-stack.ts';
import { readAssembly } from '../../local/assembly/assembly.ts';
import { newCredentials } from '../../local/aws/credentials.ts';
import { type DynamoDb, startDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { awsLimits } from '../../local/limits.ts';
import { type LocalGateway, startLocalGateway } from '../../local/local-gateway.ts';
import { secretStore } from '../../local/secrets/secret-store.ts';
import { secretsOf } from '../../local/secrets/secrets.ts';
import { type ApiDocument, readServedApp } from '../../local/served-app.ts';
import { testApp } from '../support/synth.ts';

/** Clients with something to see: one that may read only, one with a quota, one that is soon too fast. */
const clients: ClientProps[] = [
  {
    name: 'bravo',
    environmentVariable: 'API_TOKEN_BRAVO',
    permissions: ['job.create', 'job.read'],
    limits: { rate: 50, burst: 300, quota: { requests: 5000, period: 'MONTH' } },
  },
  {
    name: 'ae-plugin',
    environmentVariable: 'API_TOKEN_PLUGIN',
    permissions: ['job.read'],
    limits: { rate: 10, burst: 50, quota: { requests: 24, period: 'DAY' } },
  },
  {
    name: 'night-import',
    environmentVariable: 'API_TOKEN_IMPORT',
    permissions: ['job.create'],
    limits: { rate: 0.01, burst: 2 },
  },
];

/** The tiers of clients in a table. */
const clientTable = {
  plans: {
    standard: { rate: 10, burst: 20, quota: { requests: 1000, period: 'DAY' } },
    gold: { rate: 100, burst: 200 },
  },
} as const;

/** The job API on a gateway that can be stopped and started again. */
export interface JobApi {
  /** The OpenAPI documents that the app has. */
  readonly documents: readonly ApiDocument[];
  readonly dynamoDb: DynamoDb;
  /** Starts it on a port, with new tokens and nothing counted, and maybe with other documents. */
  start(port: number, documents?: readonly ApiDocument[]): Promise<LocalGateway>;
  /** Calls the API as a client, or with a text that is no token. */
  callAs(
    gateway: LocalGateway,
    who: string,
    route: string,
    more?: { readonly headers?: Record<string, string>; readonly body?: string },
  ): Promise<Response>;
  close(): Promise<void>;
}

const region = 'us-east-1';

export function tokenOf(gateway: LocalGateway, name: string): string | undefined {
  return gateway.clients().find((client) => client.name === name)?.token;
}

/**
 * Synthesizes the job API with these clients.
 *
 * @param hasTable whether other clients may be in a table
 */
export async function newJobApi(hasTable: boolean): Promise<JobApi> {
  const folder = mkdtempSync(join(tmpdir(), 'console-'));
  const app = testApp(folder);
  new JobApiStack(app, 'JobApi', { clients, ...(hasTable && { clientTable }) });
  app.synth();
  const served = readServedApp(readAssembly(folder), region);
  const credentials = newCredentials();
  const store = { path: undefined, region, credentials, notice: () => undefined };
  const dynamoDb = await startDynamoDb(store);
  return {
    documents: served.documents,
    dynamoDb,
    start: (port, documents = served.documents) =>
      startLocalGateway({
        app: { ...served, documents },
        secrets: secretStore(
          secretsOf(served.stacks, new Map(), Date.now()),
          Date.now,
          () => undefined,
        ),
        dynamoDb,
        credentials,
        port,
        limits: awsLimits,
        now: Date.now,
        signal: new AbortController().signal,
        onOutcome: () => undefined,
        onLog: () => undefined,
        onOutput: () => undefined,
      }),
    callAs(gateway, who, route, { headers = {}, body } = {}) {
      const [method = 'GET', path = ''] = route.split(' ');
      const token = tokenOf(gateway, who) ?? who;
      const job = method === 'POST' ? '{"type":"resize","payload":{}}' : undefined;
      return fetch(`${gateway.url}${path}`, {
        method,
        headers: {
          ...(token !== '' && { 'X-API-Token': token }),
          ...(method === 'POST' && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        body: body ?? job ?? null,
      });
    },
    async close() {
      await dynamoDb.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
