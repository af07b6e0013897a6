import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { tokenPattern } from '../../lambda/contract/token/token-format.ts';
import { parseClientOutput } from '../../lambda/contract/wiring/client-output.ts';
import { JobApiStack } from '../../lib/job-api/job-api-stack.ts';
import { readAssembly } from '../../local/assembly/assembly.ts';
import { newCredentials } from '../../local/aws/credentials.ts';
import { awsLimits } from '../../local/limits.ts';
import { type LocalGateway, startLocalGateway } from '../../local/local-gateway.ts';
import type { SecretVersion } from '../../local/secrets/secret.ts';
import { secretStore } from '../../local/secrets/secret-store.ts';
import { secretsOf } from '../../local/secrets/secrets.ts';
import { readServedApp } from '../../local/served-app.ts';
import { clients, testApp } from '../support/synth.ts';
import { eventually } from './support/eventually.ts';

const folder = mkdtempSync(join(tmpdir(), 'issuer-'));
const kept = new Map<string, readonly SecretVersion[]>();
const logs: string[] = [];
const output: string[] = [];
let gateway: LocalGateway;

async function start(): Promise<LocalGateway> {
  const app = readServedApp(readAssembly(folder), 'us-east-1');
  const secrets = secretStore(secretsOf(app.stacks, kept, Date.now()), Date.now, (all) => {
    for (const { name, versions } of all) kept.set(name, versions);
  });
  return await startLocalGateway({
    app,
    secrets,
    dynamoDb: undefined,
    credentials: newCredentials(),
    port: 0,
    limits: awsLimits,
    now: Date.now,
    signal: new AbortController().signal,
    onOutcome: () => undefined,
    onLog: (text) => logs.push(text),
    onOutput: (_, line) => output.push(line),
  });
}

beforeAll(async () => {
  const app = testApp(folder);
  new JobApiStack(app, 'JobApi', { clients });
  app.synth();
  gateway = await start();
}, 30_000);

afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true });
});

const tokenOf = (name: string) => gateway.clients().find((each) => each.name === name)?.token ?? '';

/** 400 from the job function when the token is accepted, without a table to read; else 401. */
async function status(token: string): Promise<number> {
  const headers = { 'X-API-Token': token };
  return (await fetch(`${gateway.url}/jobs?limit=0`, { headers })).status;
}

const awsOptions = () => ({
  endpoint: gateway.endpoint,
  region: 'us-east-1',
  credentials: gateway.credentials,
});

async function invoke(FunctionName: string | undefined, payload: string): Promise<void> {
  const { FunctionError, Payload = new Uint8Array() } = await new LambdaClient(awsOptions()).send(
    new InvokeCommand({ FunctionName, Payload: payload }),
  );
  expect([FunctionError, Buffer.from(Payload).toString()]).toEqual([undefined, 'null']);
}

/** What an operator's command line does, on the outputs of the stack. */
async function operate(request: object): Promise<void> {
  const { Stacks } = await new CloudFormationClient(awsOptions()).send(
    new DescribeStacksCommand({ StackName: 'JobApi' }),
  );
  const outputs = Stacks?.[0]?.Outputs ?? [];
  const bravo = outputs
    .map(({ OutputValue }) => parseClientOutput(OutputValue))
    .find((client) => client?.name === 'bravo');
  await invoke(
    bravo?.rotationFunction,
    JSON.stringify({
      secretId: bravo?.secretId,
      versionId: crypto.randomUUID(),
      ...request,
    }),
  );
}

/** What the schedule does every hour on AWS, and what the function then writes, by client. */
async function daysUntilTokenEnds(): Promise<Record<string, number>> {
  const template = JSON.parse(readFileSync(join(folder, 'JobApi.template.json'), 'utf8'));
  const rules = Template.fromJSON(template).findResources('AWS::Events::Rule');
  const [{ Arn, Input }] = Object.values(rules).flatMap(({ Properties }) => Properties.Targets);
  const before = output.length;
  await invoke(`JobApi-${Arn['Fn::GetAtt'][0]}`, Input);
  // A thread's output may come after its answer.
  await eventually(() => output.length > before || undefined);
  const lines = output.slice(before).map((line) => JSON.parse(line));
  return Object.fromEntries(lines.map((line) => [line.Client, line.DaysUntilTokenEnds]));
}

test('the issuer gives each client its token when the stack is deployed here', async () => {
  for (const { name } of clients) {
    expect(tokenOf(name)).toMatch(tokenPattern());
    expect(tokenOf(name)).toContain(`_${name}_`);
    expect(await status(tokenOf(name))).toBe(400);
  }
  expect(await status(`${tokenOf('bravo')}x`)).toBe(401);
  expect(logs).toEqual([]);
});

test('tokens stay when it is deployed again', async () => {
  const before = gateway.clients();
  await gateway.stop();
  gateway = await start();
  expect(gateway.clients()).toEqual(before);
  expect(await status(tokenOf('bravo'))).toBe(400);
});

test('a rotation gives a new token beside the old one, and a revocation ends them at once', async () => {
  const [old, plugin] = [tokenOf('bravo'), tokenOf('ae-plugin')];
  expect(await status(old)).toBe(400);
  await operate({ operation: 'rotate' });
  expect(await daysUntilTokenEnds()).toEqual({ bravo: 1 });
  const current = tokenOf('bravo');
  expect(current).not.toBe(old);
  expect([await status(old), await status(current)]).toEqual([400, 400]);

  await operate({ operation: 'revoke', tokens: 'previous' });
  expect([await status(old), await status(current)]).toEqual([401, 400]);

  await operate({ operation: 'revoke', tokens: 'all' });
  expect([await status(old), await status(current)]).toEqual([401, 401]);
  expect(gateway.clients()[0]).toMatchObject({ name: 'bravo', stackName: 'JobApi' });
  expect(gateway.clients()[0]).not.toHaveProperty('token');
  expect(await status(plugin)).toBe(400);

  await gateway.stop();
  gateway = await start();
  expect([await status(current), await status(plugin)]).toEqual([401, 400]);
}, 30_000);

const apiKeys = () =>
  readServedApp(readAssembly(folder), 'us-east-1')
    .apis.flatMap(({ usagePlans }) => usagePlans)
    .flatMap(({ keys }) => keys);

test("a client's key opens nothing, and another one's changes nothing", async () => {
  const plugin = tokenOf('ae-plugin');
  const counts = () => gateway.usagePlans().map(({ requestsToday }) => requestsToday);
  expect(apiKeys()).toHaveLength(2);
  for (const { value } of apiKeys()) {
    const before = counts();
    const headers = { 'x-api-key': value };
    expect((await fetch(`${gateway.url}/jobs?limit=0`, { headers })).status).toBe(401);
    const sent = { ...headers, 'X-API-Token': plugin };
    expect((await fetch(`${gateway.url}/jobs?limit=0`, { headers: sent })).status).toBe(400);
    const [bravoCount = 0, pluginCount = 0] = before;
    expect(counts()).toEqual([bravoCount, pluginCount + 1]);
  }
});

test('an operator sees who has sent how many requests', async () => {
  const env = {
    AWS_ENDPOINT_URL: gateway.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: gateway.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: gateway.credentials.secretAccessKey,
  };
  const counts = gateway.usagePlans().map(({ requestsToday }) => requestsToday);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['bin/tokens.ts', 'usage', '--days', '1', '--json'],
    { env },
  );
  const limits = { rate: 50, burst: 100, quota: null };
  expect(JSON.parse(stdout)).toMatchObject({
    clients: [
      { client: 'bravo', limits, requests: counts[0], days: [{ requests: counts[0] }] },
      { client: 'ae-plugin', limits, requests: counts[1], days: [{ requests: counts[1] }] },
    ],
  });
  expect(counts[1]).toBeGreaterThan(0);
}, 30_000);

test('no token is printed', () => {
  expect(output.length).toBeGreaterThan(0);
  for (const line of output) expect(line).not.toMatch(tokenPattern());
});
