import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPORTS_STACK } from '../reports-stack.ts';
import type { ConsumerApp } from '../suite.ts';
import { VERSIONS } from '../versions.ts';

const APP = `
import { App } from 'aws-cdk-lib';
import { ReportsStack } from './reports-stack.ts';

new ReportsStack(new App(), 'Reports');
`;

/** The oldest peers that the package's manifest allows. */
export const lowestPeers: ConsumerApp = {
  name: 'lowest-peers',
  run: async ({ check, folder, install, packed, run, write }) => {
    write({
      'package.json': '{ "private": true, "type": "module" }',
      'app.ts': APP,
      'reports-stack.ts': REPORTS_STACK,
    });
    const ours = packed('api-token-authorizer');
    await run('npm', ['install', '--omit=peer', '--no-audit', '--no-fund', ours]);
    const manifest = readFileSync(join(folder, 'node_modules/api-token-authorizer/package.json'));
    const { peerDependencies } = JSON.parse(manifest.toString()) as {
      peerDependencies: Record<string, string>;
    };
    const lowest = Object.entries(peerDependencies).map(
      ([name, range]) => `${name}@${range.replace(/^\^/, '')}`,
    );
    const { nodeTypes, typescript } = VERSIONS;
    await install(...lowest, nodeTypes, typescript);
    await check(`compiles with ${lowest.join(', ')}`, () =>
      run('npx', [
        'tsc',
        '--noEmit',
        '--strict',
        '--module',
        'nodenext',
        '--types',
        'node',
        '--allowImportingTsExtensions',
        '--ignoreConfig',
        'app.ts',
      ]),
    );
    await check(`synthesizes with ${lowest.join(', ')}`, () =>
      run('node', ['app.ts'], { env: { CDK_OUTDIR: join(folder, 'cdk.out') } }),
    );
  },
};
