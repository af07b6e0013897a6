import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ClientProps } from '../lib/authorizer/clients/client-props.ts';
import { JobApiStack } from '../lib/job-api/job-api-stack.ts';
import { readAssembly } from '../local/assembly/assembly.ts';
import { newCredentials } from '../local/aws/credentials.ts';
import { startDynamoDb } from '../local/dynamodb/dynamodb.ts';
import { awsLimits } from '../local/limits.ts';
import { type LocalGateway, startLocalGateway } from '../local/local-gateway.ts';
import { secretStore } from '../local/secrets/secret-store.ts';
import { secretsOf } from '../local/secrets/secrets.ts';
import { readServedApp } from '../local/served-app.ts';
import { call } from './contract/client.ts';
import { testApp } from './support/synth.ts';

// Each of these has a token of its own, so a cached result of its own.
const clients = ['reads-first', 'writes-first'].map(
  (name): ClientProps => ({
    name,
    environmentVariable: `API_TOKEN_${name.toUpperCase().replace('-', '_')}`,
    permissions: ['job.read'],
  }),
);

const folder = mkdtempSync(join(tmpdir(), 'read-only-'));
const region = 'us-east-1';
let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;
let gateway: LocalGateway;

beforeAll(async () => {
  const app = testApp(folder);
  new JobApiStack(app, 'JobApi', { clients });
  app.synth();
  const served = readServedApp(readAssembly(folder), region);
  const secrets = secretsOf(served.stacks, new Map(), Date.now());
  const credentials = newCredentials();
  const store = { path: undefined, region, credentials, notice: () => undefined };
  dynamoDb = await startDynamoDb(store);
  gateway = await startLocalGateway({
    app: served,
    secrets: secretStore(secrets, Date.now, () => undefined),
    dynamoDb,
    credentials,
    port: 0,
    limits: awsLimits,
    now: Date.now,
    signal: new AbortController().signal,
    onOutcome: () => undefined,
    onLog: () => undefined,
    onOutput: () => undefined,
  });
}, 30_000);

afterAll(async () => {
  await gateway.stop();
  await dynamoDb.stop();
  rmSync(folder, { recursive: true });
});

const tokenOf = (name: string) => gateway.clients().find((each) => each.name === name)?.token ?? '';

async function statuses(name: string, methods: readonly string[]): Promise<number[]> {
  const all: number[] = [];
  for (const method of methods) {
    const headers = [
      ['X-API-Token', tokenOf(name)],
      ['Content-Type', 'application/json'],
    ] as const;
    const body = method === 'POST' ? { body: '{"type":"a","payload":{}}' } : {};
    const response = await call(`${gateway.url}/jobs`, { method, headers, ...body });
    if (response.status === 403) {
      expect(response.body.error).toBe('The API token has no permission for this request');
    }
    all.push(response.status);
  }
  return all;
}

describe('a client with only job.read may GET and not POST, on one cached result', () => {
  test('reading first', async () => {
    expect(await statuses('reads-first', ['GET', 'POST', 'GET', 'POST'])).toEqual([
      200, 403, 200, 403,
    ]);
  });

  test('writing first', async () => {
    expect(await statuses('writes-first', ['POST', 'GET', 'POST', 'GET'])).toEqual([
      403, 200, 403, 200,
    ]);
  });
});
