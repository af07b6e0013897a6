import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

/** The app and the handler of the README's section about another app, as they stand there. */
export const readme: ConsumerApp = {
  name: 'readme',
  run: async ({ root, check, folder, install, packed, run, write }) => {
    const [, section = ''] = readFileSync(join(root, 'README.md'), 'utf8').split(
      '\n## In another app\n',
    );
    const [app, handler] = [...section.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
      ([, code]) => code,
    );
    assert.ok(app && handler, 'the README has no app and no handler');
    write({
      'package.json': '{ "private": true, "type": "module" }',
      'app.ts': app,
      'read-report.ts': handler,
    });
    const { cdk, constructs, lambdaTypes, nodeTypes, typescript } = VERSIONS;
    const middy = '@middy/core@7.9.2';
    const ours = packed('api-token-authorizer');
    await install(ours, cdk, constructs, middy, lambdaTypes, nodeTypes, typescript);
    await check('its app and its handler compile', () =>
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
        'app.ts',
        'read-report.ts',
      ]),
    );
    await check('its app synthesizes', async () => {
      const outdir = join(folder, 'cdk.out');
      await run('node', ['app.ts'], { env: { CDK_OUTDIR: outdir } });
      const template = readFileSync(join(outdir, 'Reports.template.json'), 'utf8');
      assert.match(template, /"AWS::ApiGateway::Authorizer"/);
    });
  },
};
