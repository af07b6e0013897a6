import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { JobApiStack } from '../../lib/job-api/job-api-stack.ts';
import { readAssembly } from '../../local/assembly/assembly.ts';
import { newCredentials } from '../../local/aws/credentials.ts';
import { welcomeText } from '../../local/cli/welcome.ts';
import { type DynamoDb, startDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { awsLimits } from '../../local/limits.ts';
import { type LocalGateway, startLocalGateway } from '../../local/local-gateway.ts';
import type { SecretVersion } from '../../local/secrets/secret.ts';
import { secretStore } from '../../local/secrets/secret-store.ts';
import { secretsOf } from '../../local/secrets/secrets.ts';
import { readServedApp } from '../../local/served-app.ts';
import { clients, testApp } from '../support/synth.ts';
import { type HttpGate, httpGate } from './support/http-gate.ts';
import { newFolder } from './support/new-folder.ts';
import { type Ended, runTokens } from './support/operator.ts';

const TIMEOUT_MS = 120_000;

const outdir = newFolder();
const data = join(newFolder(), 'dynamodb');
const secretVersions = new Map<string, readonly SecretVersion[]>();
const credentials = newCredentials();

let dynamoDb: DynamoDb;
let gate: HttpGate;
let gateway: LocalGateway;

async function start(): Promise<void> {
  const app = readServedApp(readAssembly(outdir), 'us-east-1');
  dynamoDb = await startDynamoDb({
    path: data,
    region: 'us-east-1',
    credentials,
    notice: () => undefined,
  });
  gate = await httpGate(dynamoDb.endpoint);
  const secrets = secretStore(
    secretsOf(app.stacks, secretVersions, Date.now()),
    Date.now,
    (all) => {
      for (const { name, versions } of all) secretVersions.set(name, versions);
    },
  );
  gateway = await startLocalGateway({
    app,
    secrets,
    dynamoDb: { ...dynamoDb, endpoint: gate.url },
    credentials,
    port: 0,
    // However slow the machine is, the keys are there when the gateway is ready.
    limits: { ...awsLimits, freeResourceMs: 60_000 },
    now: Date.now,
    signal: new AbortController().signal,
    onOutcome: () => undefined,
    onLog: (text) => logs.push(text),
    onOutput: () => undefined,
  });
}

const logs: string[] = [];

async function stop(): Promise<void> {
  await gateway.stop();
  await gate.close();
  await dynamoDb.stop();
}

beforeAll(async () => {
  const app = testApp(outdir);
  new JobApiStack(app, 'JobApi', {
    clients,
    clientTable: { plans: { standard: { rate: 10, burst: 20 }, gold: { rate: 100, burst: 200 } } },
  });
  app.synth();
  await start();
}, TIMEOUT_MS);

afterAll(stop);

/** Runs a command of the operator, which has to succeed. */
async function tokens(command: string, ...more: string[]): Promise<Ended> {
  const ended = await runTokens(gateway, [...command.split(' '), ...more]);
  if (ended.exitCode !== 0) throw new Error(`${command}: ${ended.err}`);
  return ended;
}

/** Runs a command that prints a token. */
async function tokenBy(command: string, ...more: string[]): Promise<string> {
  return (await tokens(command, ...more)).out.trim();
}

const json = async (command: string) => JSON.parse((await tokens(`--json ${command}`)).out);

async function status(token: string, method = 'GET'): Promise<number> {
  const headers = { 'X-API-Token': token, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ type: 'example', payload: {} });
  const response = await fetch(`${gateway.url}/jobs`, {
    method,
    headers,
    ...(method === 'POST' && { body }),
  });
  return response.status;
}

const inCode = () => gateway.clients().find(({ name }) => name === 'bravo')?.token ?? '';
const both = ['--permissions', 'job.read job.create'];

describe('a client of the table', () => {
  test(
    'calls at once, is limited by its plan, and is seen by each command',
    async () => {
      const token = await tokenBy('create charlie --plan standard', ...both);
      expect(await status(token)).toBe(200);
      expect(await status(token, 'POST')).toBe(201);

      const { clients: listed } = await json('list --last-used');
      const [charlie] = listed.filter(({ client }: { client: string }) => client === 'charlie');
      expect(charlie).toMatchObject({ kind: 'table', plan: 'standard', state: 'active' });
      const age = Date.now() - Date.parse(charlie.tokens[0].lastUsed);
      expect(age).toBeGreaterThanOrEqual(0);
      expect(age).toBeLessThan(60_000);

      const { clients: used } = await json('usage charlie');
      expect(used[0].days.at(-1)).toMatchObject({ requests: 2 });
      const verified = await runTokens(gateway, ['verify'], token);
      expect(verified.out).toContain('charlie');

      // The burst of the plan is 20, and each of these takes one of it.
      const many = await Promise.all(Array.from({ length: 60 }, () => status(token)));
      expect(new Set(many)).toEqual(new Set([200, 429]));
      await tokens('set charlie --plan gold');
      expect(await status(token)).toBe(200);
    },
    TIMEOUT_MS,
  );

  test(
    'gets less, another token, and none any more',
    async () => {
      const [smaller, rotated, deleted] = await Promise.all(
        ['smaller', 'rotated', 'deleted'].map((name) =>
          tokenBy(`create ${name} --plan gold`, ...both),
        ),
      );
      const next = await tokenBy('rotate rotated --overlap 1h');
      expect([await status(rotated ?? ''), await status(next)]).toEqual([200, 200]);

      // Each waits until nothing accepts what it takes away.
      await Promise.all([
        tokens('set smaller --permissions job.read'),
        tokens('revoke rotated --previous --yes'),
        tokens('delete deleted --yes'),
      ]);
      expect(await status(smaller ?? '', 'POST')).toBe(403);
      expect(await status(smaller ?? '')).toBe(200);
      expect([await status(rotated ?? ''), await status(next)]).toEqual([401, 200]);
      expect(await status(deleted ?? '')).toBe(401);
      const { clients: listed } = await json('list');
      const names = listed.map(({ client }: { client: string }) => client);
      expect(names).toEqual(expect.arrayContaining(['bravo', 'rotated', 'smaller']));
      expect(names).not.toContain('deleted');
    },
    TIMEOUT_MS,
  );

  test(
    'is there after a restart, with its token, its plan and a key made anew',
    async () => {
      const token = await tokenBy('create keeps --plan gold', ...both);
      await stop();
      await start();
      expect(await status(token)).toBe(200);
      expect(await status(token, 'POST')).toBe(201);
      expect(gateway.usagePlans().filter(({ requestsToday }) => requestsToday > 0)).toEqual([
        expect.objectContaining({ rate: 100, burst: 200, requestsToday: 2 }),
      ]);
      await tokens('rotate keeps --overlap 0m --yes');
      expect(logs).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test('is counted at the start, and its token is shown nowhere', async () => {
    const app = readServedApp(readAssembly(outdir), 'us-east-1');
    const text = await welcomeText(app, gateway, 0, (_, plain) => plain);
    expect(text).toMatch(/^client table: \d+ clients$/m);
    expect(text).toContain(` create charlie --permissions '*' --plan standard`);
    expect(gateway.clients().map(({ name }) => name)).toEqual(['bravo', 'ae-plugin']);
  });

  test(
    'gets a fault while the table is away, and clients in code do not',
    async () => {
      const token = await tokenBy('create faulty --plan gold', ...both);
      const calls = () => Promise.all([status(inCode()), status(token)]);
      gate.refuse(gateway.clientTables[0]?.tableName);
      for (let repeat = 0; repeat < 3; repeat++) expect(await calls()).toEqual([200, 500]);
      gate.refuse(undefined);
      expect(await calls()).toEqual([200, 200]);
    },
    TIMEOUT_MS,
  );
});
