import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOfPage } from '../documents.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

const STACK = 'lib/reports-stack.ts';

const APP = `
import { App } from 'aws-cdk-lib';
import { ReportsStack } from './lib/reports-stack.ts';

new ReportsStack(new App(), 'Reports');
`;

/** Calls what was bundled as three callers, and prints the answers' status codes. */
const CALL = `
import { apiTokenEvent, lambdaContext } from 'api-token-authorizer/testing';

const { handler } = await import(process.argv[2]);
const stranger = apiTokenEvent();
stranger.requestContext.authorizer = null;
const events = [
  apiTokenEvent({ permissions: ['report.read'] }),
  stranger,
  apiTokenEvent({ permissions: ['report.create'] }),
];
const answers = await Promise.all(events.map((event) => handler(event, lambdaContext())));
console.log(JSON.stringify(answers.map(({ statusCode }) => statusCode)));
`;

const asEsModule = (stack: string) =>
  stack
    .replace('{ NodejsFunction }', '{ NodejsFunction, OutputFormat }')
    .replace('NODEJS_24_X,', 'NODEJS_24_X, bundling: { format: OutputFormat.ESM },');

/** The handler and the stack of `docs/frameworks/middy.md`, under two middys and in two formats. */
export const nodejsFunction: ConsumerApp = {
  name: 'nodejs-function',
  run: async ({ root, check, folder, install, packed, run, write }) => {
    const page = filesOfPage(root, 'frameworks/middy.md');
    const { [STACK]: stack = '' } = page;
    write({
      'package.json': '{ "private": true, "type": "module" }',
      'app.ts': APP,
      'call.mjs': CALL,
      ...page,
    });
    const { cdk, constructs, lambdaTypes, nodeTypes, typescript } = VERSIONS;
    const others = [lambdaTypes, nodeTypes, typescript, 'esbuild@0.28.2', '@middy/core@6.4.5'];
    await install(packed('api-token-authorizer'), cdk, constructs, ...others);

    const bundleAndCall = async (middy: string, file: string, copy: string) => {
      await check(`the handler compiles with ${middy}`, () =>
        run('npx', [
          'tsc',
          '--noEmit',
          '--strict',
          '--module',
          'nodenext',
          '--types',
          'node',
          '--skipLibCheck',
          '--ignoreConfig',
          'lambda/read-report.ts',
        ]),
      );
      await check(`bundled with ${middy} to ${file} it answers 200, 401, 403`, async () => {
        const outdir = join(folder, `cdk.out-${copy}`);
        await run('node', ['app.ts'], { env: { CDK_OUTDIR: outdir } });
        // The manifest of the app says ES modules, and Lambda has none: the name has to say it.
        cpSync(join(outdir, assetOf(outdir, 'ReadReport'), file), join(folder, copy));
        const printed = await run('node', ['call.mjs', `./${copy}`]);
        assert.equal(printed.trim().split('\n').at(-1), '[200,401,403]');
      });
    };
    await bundleAndCall('@middy/core@6.4.5', 'index.js', 'bundle.cjs');
    await install('@middy/core@7.9.2');
    write({ [STACK]: asEsModule(stack) });
    await bundleAndCall('@middy/core@7.9.2', 'index.mjs', 'bundle.mjs');
  },
};

/** The folder with the code of a function. */
function assetOf(outdir: string, id: string): string {
  const template = readFileSync(join(outdir, 'Reports.template.json'), 'utf8');
  const { Resources } = JSON.parse(template) as {
    Resources: Record<string, { Type: string; Properties: { Code?: { S3Key: string } } }>;
  };
  const [, resource] =
    Object.entries(Resources).find(
      ([name, { Type }]) => name.startsWith(id) && Type === 'AWS::Lambda::Function',
    ) ?? [];
  assert.ok(resource?.Properties.Code, `there is no function ${id}`);
  return `asset.${resource.Properties.Code.S3Key.replace('.zip', '')}`;
}
