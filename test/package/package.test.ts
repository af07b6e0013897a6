import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'another-app-'));
const tsc = join(root, 'node_modules/.bin/tsc');

/** The TypeScript of the README's section about another app: its construct, its job function. */
const [construct = '', middleware = ''] =
  (readFileSync(join(root, 'README.md'), 'utf8').split('## In another app')[1] ?? '')
    .split('\n## ')[0]
    ?.split('```ts\n')
    .slice(1)
    .map((block) => block.split('```')[0] ?? '') ?? [];

function run(command: string, ...args: string[]) {
  const env = { ...process.env, CDK_OUTDIR: join(folder, 'cdk.out') };
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

function compile(...files: string[]) {
  return run(
    tsc,
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--skipLibCheck',
    '--types',
    'node',
    ...files,
  );
}

beforeAll(() => {
  const installed = join(folder, 'node_modules');
  const ours = join(installed, 'api-token-authorizer');
  mkdirSync(ours, { recursive: true });
  expect(run(tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(ours, 'dist'))).toEqual(
    { status: 0, output: '' },
  );
  cpSync(join(root, 'package.json'), join(ours, 'package.json'));
  for (const scope of ['@middy', '@types']) mkdirSync(join(installed, scope));
  // The issuer's SDK clients, with all that they need.
  symlinkSync(join(root, 'node_modules/@aws-sdk'), join(installed, '@aws-sdk'));
  for (const name of [
    'aws-cdk-lib',
    'constructs',
    'esbuild',
    '@middy/core',
    '@middy/util',
    '@types/aws-lambda',
    '@types/node',
  ]) {
    symlinkSync(join(root, 'node_modules', name), join(installed, name));
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'app.ts'), construct);
  writeFileSync(join(folder, 'report.ts'), middleware);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

test("the README's app and job function compile against the package", () => {
  expect(compile('app.ts', 'report.ts')).toEqual({ status: 0, output: '' });
});

test("the README's app synthesizes with the package", () => {
  expect(run(process.execPath, 'app.ts')).toEqual({ status: 0, output: '' });
  const template = readFileSync(join(folder, 'cdk.out/Reports.template.json'), 'utf8');
  expect(template).toContain('AWS::ApiGateway::Authorizer');
});

test('the types of the middleware are whole where middy is not installed', () => {
  const alone = mkdtempSync(join(tmpdir(), 'without-middy-'));
  const installed = join(alone, 'node_modules');
  mkdirSync(join(installed, '@types'), { recursive: true });
  const ours = 'api-token-authorizer';
  // A copy: from behind a link, the other app's middy would be found.
  cpSync(join(folder, 'node_modules', ours), join(installed, ours), { recursive: true });
  for (const name of ['@types/aws-lambda', '@types/node']) {
    symlinkSync(join(root, 'node_modules', name), join(installed, name));
  }
  try {
    writeFileSync(join(alone, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(alone, 'probe.ts'),
      [
        `import { requireApiToken } from '${ours}/middleware';`,
        '// @ts-expect-error no such hook: it is not any',
        'export const noSuchHook = requireApiToken().after;',
        '// @ts-expect-error no such part of the request: it is not any',
        "export const noRequest = () => requireApiToken().before('request');",
      ].join('\n'),
    );
    expect(compile(join(alone, 'probe.ts'))).toEqual({ status: 0, output: '' });
  } finally {
    rmSync(alone, { recursive: true });
  }
});
