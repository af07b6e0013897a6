import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from '../consumer.ts';
import { REPORTS_STACK } from '../reports-stack.ts';
import { statusOf } from '../requests.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

/** Two stacks with the API, and one that has nothing to do with it. */
const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { ReportsStack } from './reports-stack.ts';

const app = new App();
new Bucket(new Stack(app, 'Archive'), 'Bucket');
new ReportsStack(app, 'Reports');
new ReportsStack(app, 'Invoices');
`;

/** What the local gateway writes for other programs. */
interface Outputs {
  readonly apis: readonly { readonly stack: string; readonly url: string }[];
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly clients?: readonly {
    readonly name: string;
    readonly stack: string;
    readonly token?: string;
  }[];
}

/** The commands, run from the folder of an app with three stacks and functions with inline code. */
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
    const outputsFile = join(folder, 'outputs.json');
    const flags = ['--port', '0', '--memory', '--outputs-file', outputsFile];
    const served = await check('npx api-gateway-local serves the app', async () => {
      await serve('', 'npx', ['api-gateway-local', ...flags], {
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
  const urlOf = (stack: string) => {
    const base = outputs.apis.find((api) => api.stack === stack)?.url;
    assert.ok(base, `the outputs have no API of stack ${stack}`);
    return `${base}/reports`;
  };
  const url = urlOf('Reports');
  const tokenOf = (name: string, stack = 'Reports') => {
    const client = outputs.clients?.find((one) => one.name === name && one.stack === stack);
    assert.ok(client?.token, `the outputs have no token of client ${name} of stack ${stack}`);
    return client.token;
  };
  await check('a route refuses who has no token, or an unknown one', async () => {
    assert.equal(await statusOf(url), 401);
    assert.equal(await statusOf(url, 'no-such-token'), 401);
  });
  await check('a client is let in where it has the permission', async () => {
    assert.equal(await statusOf(url, tokenOf('bravo')), 200);
    assert.equal(await statusOf(url, tokenOf('ae-plugin')), 403);
  });
  await check(
    'each of two stacks has its own API, whose tokens do not open the other',
    async () => {
      const other = urlOf('Invoices');
      assert.equal(await statusOf(other, tokenOf('bravo', 'Invoices')), 200);
      assert.equal(await statusOf(other, tokenOf('bravo')), 401);
      assert.equal(await statusOf(url, tokenOf('bravo', 'Invoices')), 401);
    },
  );
  await check('the console names the command that was called', async () => {
    const events = await fetch(new URL('/_console/events', url));
    const { value } = (await events.body?.getReader().read()) ?? {};
    assert.match(Buffer.from(value ?? []).toString(), /"startCommand":"npx api-gateway-local"/);
  });
  await check('the reference has its viewer, and the document of the API', async () => {
    const reference = (name: string) => fetch(new URL(`/_console/reference/${name}`, url));
    assert.match(await (await reference('viewer.js')).text(), /createApiReference/);
    const document = (await (await reference('0.json')).json()) as {
      readonly info: { readonly title: string };
      readonly servers: readonly { readonly url: string }[];
    };
    assert.equal(document.info.title, 'Reports');
    assert.equal(`${document.servers[0]?.url}/reports`, url);
  });
  await check('api-tokens asks which of the two stacks is meant', async () => {
    await assert.rejects(
      run('npx', ['api-tokens', 'list'], { env }),
      /Several stacks have API tokens: name one with --stack, of (Reports, Invoices|Invoices, Reports)\./,
    );
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
    await assert.rejects(
      apiTokens('show', 'ae-plugin'),
      /`npx api-tokens rotate ae-plugin --stack Reports` issues a new one/,
    );
  });
}
