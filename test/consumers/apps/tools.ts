import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Consumer, freePort } from '../consumer.ts';
import { REPORTS_STACK } from '../reports-stack.ts';
import { statusOf } from '../requests.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

/** A stack with the API, and one that has nothing to do with it. */
const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ReportsStack } from './reports-stack.ts';

const app = new App();
new Bucket(new Stack(app, 'Archive'), 'Bucket');
new ReportsStack(app, 'Reports');
`;

/** What the local gateway writes for other programs. */
interface Outputs {
  readonly url: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly clients?: readonly { readonly name: string; readonly token?: string }[];
}

/** The commands, run from the folder of an app with two stacks and a function with inline code. */
export const tools: ConsumerApp = {
  name: 'tools',
  run: async (consumer) => {
    const { check, folder, install, packed, run, serve, write } = consumer;
    write({
      'package.json': '{ "private": true, "type": "module" }',
      'cdk.json': JSON.stringify({ app: 'node app.ts' }),
      'app.ts': APP,
      'reports-stack.ts': REPORTS_STACK,
    });
    const { cdk, constructs } = VERSIONS;
    const ours = [packed('api-token-authorizer'), packed('api-token-authorizer-tools')];
    await install(...ours, cdk, constructs);
    for (const command of ['api-tokens', 'api-gateway-local']) {
      await check(`npx ${command} --help`, () => run('npx', [command, '--help']));
    }
    const port = await freePort();
    const outputsFile = join(folder, 'outputs.json');
    const flags = ['--port', `${port}`, '--memory', '--outputs-file', outputsFile];
    const served = await check('npx api-gateway-local serves the app', async () => {
      await serve(`http://127.0.0.1:${port}/`, 'npx', ['api-gateway-local', ...flags], {
        isReady: () => existsSync(outputsFile),
      });
      return JSON.parse(readFileSync(outputsFile, 'utf8')) as Outputs;
    });
    if (served !== undefined) await operate(consumer, served);
  },
};

async function operate({ check, run }: Consumer, outputs: Outputs): Promise<void> {
  const { accessKeyId, secretAccessKey } = outputs.credentials;
  const env = {
    AWS_ENDPOINT_URL: outputs.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  const apiTokens = (...args: string[]) =>
    run('npx', ['api-tokens', '--stack', 'Reports', ...args], { env });
  const url = `${outputs.url.replace(/\/$/, '')}/reports`;
  const tokenOf = (name: string) => {
    const token = outputs.clients?.find((client) => client.name === name)?.token;
    assert.ok(token, `the outputs have no token of client ${name}`);
    return token;
  };
  await check('a route refuses who has no token, or an unknown one', async () => {
    assert.equal(await statusOf(url), 401);
    assert.equal(await statusOf(url, 'no-such-token'), 401);
  });
  await check('a client is let in where it has the permission', async () => {
    assert.equal(await statusOf(url, tokenOf('bravo')), 200);
    assert.equal(await statusOf(url, tokenOf('ae-plugin')), 403);
  });
  await check('api-tokens list names the clients', async () => {
    assert.match(await apiTokens('list'), /ae-plugin[\s\S]*bravo|bravo[\s\S]*ae-plugin/);
  });
  await check(
    'after api-tokens rotate --now the new token opens, and the old one does not',
    async () => {
      await apiTokens('rotate', 'bravo', '--now', '--yes');
      const token = (await apiTokens('show', 'bravo', '--yes')).trim();
      assert.equal(await statusOf(url, token), 200);
      assert.equal(await statusOf(url, tokenOf('bravo')), 401);
    },
  );
  await check('after api-tokens revoke the token does not open', async () => {
    await apiTokens('revoke', 'ae-plugin', '--yes');
    assert.equal(await statusOf(url, tokenOf('ae-plugin')), 401);
  });
}
