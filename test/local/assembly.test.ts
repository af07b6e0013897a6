import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAssembly } from '../../local/assembly/assembly.ts';
import { errorLine } from '../../local/assembly/error-line.ts';
import { errorPlace } from '../../local/assembly/error-place.ts';
import { synthesize } from '../../local/assembly/synthesize.ts';
import { readServedApp } from '../../local/served-app.ts';
import { splitOnce } from '../../local/split-once.ts';
import { codeOf, messageOf } from '../../terminal/problem.ts';
import { assemblyOf, echo } from './support/fixture-app.ts';
import { newFolder } from './support/new-folder.ts';

const fixture = () =>
  assemblyOf({
    functions: { Echo: echo },
    methods: [{ route: 'GET /a', calls: 'Echo', open: true }],
  });

/** Changes a JSON file of an assembly, and returns the assembly. */
function withFile(file: string, change: (content: Record<string, object>) => unknown): string {
  const folder = fixture();
  const path = join(folder, file);
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
  return folder;
}

const artifacts = (more: object) =>
  withFile('manifest.json', (manifest) => ({ artifacts: { ...manifest.artifacts, ...more } }));

describe('an assembly', () => {
  test('has the templates of the stacks, and the folders of its assets', () => {
    const folder = artifacts({
      Other: {
        type: 'aws:cloudformation:stack',
        properties: { templateFile: 'Fixture.assets.json', stackName: 'other' },
      },
    });
    writeFileSync(
      join(folder, 'Fixture.assets.json'),
      JSON.stringify({
        Resources: {},
        files: {
          a: { source: { path: 'x' }, destinations: { b: { objectKey: 'k' } } },
          c: { source: {}, destinations: { b: {} } },
        },
      }),
    );
    const assembly = readAssembly(folder);
    expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual(['Fixture', 'other']);
    expect(assembly.stacks[0]?.template.Resources).toHaveProperty('Api');
    expect(assembly.assetFolder('k')).toBe(join(folder, 'x'));
    expect(assembly.assetFolder('other')).toBeUndefined();
  });

  test.each([
    ['aws://123456789012/eu-west-1', '123456789012', 'eu-west-1'],
    ['aws://123456789012/us-gov-west-1', '123456789012', 'us-gov-west-1'],
    ['aws://unknown-account/unknown-region', undefined, undefined],
    [undefined, undefined, undefined],
  ])('of a stack for %s', (environment, accountId, region) => {
    const folder = withFile('manifest.json', ({ artifacts: all }) => {
      const { Fixture, ...others } = all as Record<string, object>;
      return { artifacts: { ...others, Fixture: { ...Fixture, environment } } };
    });
    expect(readAssembly(folder).stacks).toMatchObject([{ accountId, region }]);
    const [api] = readServedApp(readAssembly(folder), 'ap-south-1').apis;
    expect([api?.accountId, api?.region]).toEqual([
      accountId ?? '000000000000',
      region ?? 'ap-south-1',
    ]);
  });

  test.each<[name: string, folder: () => string, message: string]>([
    ['no folder', () => join(newFolder(), 'none'), 'not a CDK cloud assembly'],
    ['no JSON', () => withFile('manifest.json', () => 'text'), 'is not a JSON object'],
    [
      'no template',
      () => withFile('Fixture.template.json', () => ({})),
      'not a CloudFormation template',
    ],
    [
      'an error on a construct',
      () =>
        artifacts({
          X: {
            metadata: {
              '/None': 1,
              '/A/B': [{ type: 'aws:cdk:info' }, { type: 'aws:cdk:error', data: 'bad' }],
              '/Z': 1,
            },
          },
        }),
      'The app has an error: /A/B: bad',
    ],
    [
      'an error in a metadata file',
      () => {
        const folder = artifacts({
          X: { additionalMetadataFile: 'X.metadata.json' },
          Y: { additionalMetadataFile: 'none' },
        });
        const metadata = { '/A': [{ type: 'aws:cdk:error', data: 'worse' }] };
        writeFileSync(join(folder, 'X.metadata.json'), JSON.stringify(metadata));
        return folder;
      },
      'The app has an error: /A: worse',
    ],
    [
      'a broken rule',
      () => {
        const folder = fixture();
        const violations = [
          { severity: 'warning', ruleName: 'W' },
          {
            severity: 'error',
            ruleName: 'E1',
            description: 'no.',
            violatingConstructs: [{ constructPath: 'A/B' }],
          },
        ];
        const pluginReports = [{ conclusion: 'success' }, { conclusion: 'failure', violations }];
        writeFileSync(join(folder, 'validation-report.json'), JSON.stringify({ pluginReports }));
        return folder;
      },
      'A/B: E1: no.',
    ],
    [
      'a broken rule without a name',
      () => {
        const folder = fixture();
        const report = { pluginReports: [{ conclusion: 'failure' }] };
        writeFileSync(join(folder, 'validation-report.json'), JSON.stringify(report));
        return folder;
      },
      'a policy validation failed',
    ],
  ])('with %s is a problem', (_, folder, message) => {
    expect(() => readAssembly(folder())).toThrow(message);
  });
});

describe('the line that says what went wrong', () => {
  test.each([
    [
      'an uncaught error',
      "(node:1) Warning: x\nfile:///app.ts:3\n    throw new Error('x');\n          ^\n\nTypeError: no client\n    at f (file:///app.ts:3:1)\n\nNode.js v24",
      'TypeError: no client',
    ],
    ['an error with a code', 'x\nTypeError [ERR_X]: bad\n', 'TypeError [ERR_X]: bad'],
    ['an annotation', 'some output\n[Error at /A/B] bad\n', '[Error at /A/B] bad'],
    ['anything', '\n  sh: 1: nope: not found\n', 'sh: 1: nope: not found'],
    [
      'a validation of the CDK',
      '/app/node_modules/aws-cdk-lib/core/lib/private/synthesis.js:2\n  `);throw new(errors_1()).X`,`y:\n     ^\n\n[«ValidationFailedWithErrors» Validation failed with the following errors:\n  [JobApi/ApiTokenAuthorizer] permission job.creat opens no route\n    ...aws-cdk-lib...]\n\nNode.js v24.0.0',
      '[JobApi/ApiTokenAuthorizer] permission job.creat opens no route',
    ],
    [
      'an error of the CDK without a name',
      'node:internal/modules/run_main:107\n    triggerUncaughtException(\n    ^\n\n«Bad» you cannot\n    at new A (file:///a.ts:1:2)\n',
      '«Bad» you cannot',
    ],
    [
      'a function that does not bundle',
      '✘ [ERROR] Unexpected "="\n\n    jobs/a.ts:1:2:\n\nError: Build failed with 1 error:\njobs/a.ts:1:2: ERROR: Unexpected "="\n',
      'Unexpected "="',
    ],
    [
      'a file that tsx cannot read',
      'Error: Transform failed with 1 error:\n/a b/lib/a.ts:1:2: ERROR: Unexpected "="\n    at f (/x:1:2)\n',
      'Unexpected "="',
    ],
    ['the TypeScript compiler', 'lib/a.ts(2,10): error TS2304: no name\n', 'error TS2304: no name'],
    [
      'ts-node',
      'TSError: ⨯ Unable to compile TypeScript:\nlib/a.ts:2:10 - error TS2304: no name\n',
      'error TS2304: no name',
    ],
    [
      'the compiler, on Windows',
      'lib\\a.ts(2,10): error TS2304: no name\r\nlib\\b.ts(1,1): error TS1: x\r\n',
      'error TS2304: no name',
    ],
    ['nothing', ' \n', undefined],
  ])('of %s', (_, output, line) => {
    expect(errorLine(output)).toBe(line);
  });
});

describe('the place where something went wrong', () => {
  const project = newFolder();
  for (const file of ['lib/a.ts', 'lambda/jobs/b.ts']) {
    mkdirSync(join(project, dirname(file)), { recursive: true });
    writeFileSync(join(project, file), '');
  }

  test.each([
    [
      'the source line of an uncaught error',
      `file://${project}/lib/a.ts:3\nconst a = = 3;\n    ^\n\nSyntaxError: no\n    at node:internal/x:1:2\n`,
      'lib/a.ts:3',
    ],
    [
      'the first frame that is not of a package',
      `${project}/node_modules/x/y.js:9\n    throw e;\n    ^\n\nError: no\n    at f (${project}/node_modules/x/y.js:9:1)\n    at new A (file://${project}/lib/a.ts:8:5)\n    at file://${project}/lib/c.ts:1:1\n`,
      'lib/a.ts:8',
    ],
    [
      'a frame without a function',
      `Error: no\n    at node:x:1:2\n    at async file://${project}/lib/a.ts:8:5\n`,
      'lib/a.ts:8',
    ],
    [
      'a frame that the CDK shortened',
      `«Bad» no\n    ...new Table2 in aws-cdk-lib...\n    at file://${project}/lib/a.ts:10 (:)\n`,
      'lib/a.ts:10',
    ],
    [
      'a mistake that esbuild found, started in a folder of the project',
      '✘ [ERROR] no\n\n    jobs/b.ts:16:10:\n      16 │ x\n\nError: Build failed\n',
      'lambda/jobs/b.ts:16',
    ],
    [
      'a mistake that tsx found',
      `Error: Transform failed with 1 error:\n${project}/lib/a.ts:4:18: ERROR: no\n    at f (${project}/node_modules/x/y.js:1:2)\n`,
      'lib/a.ts:4',
    ],
    ['a mistake that the compiler found', 'lib/a.ts(2,10): error TS1: no\n', 'lib/a.ts:2'],
    ['a mistake that ts-node found', 'lib/a.ts:2:10 - error TS1: no\n', 'lib/a.ts:2'],
    [
      'a frame after a URL that is no file here',
      `Error: no\n    at f (file://%zz/a.ts:1:1)\n    at file://${project}/lib/a.ts:8:5\n`,
      'lib/a.ts:8',
    ],
    ['files of others', 'Error: no\n    at f (/other/place/lib/a.ts:8:5)\n', undefined],
    [
      'a mistake without a place, which is not that of the next one',
      '✘ [ERROR] Could not resolve "c.ts"\n\n✘ [ERROR] no\n\n    jobs/b.ts:16:10:\n',
      undefined,
    ],
    ['a file that is not there', '✘ [ERROR] no\n\n    none.ts:16:10:\n', undefined],
    ['nothing', 'Error: no\n', undefined],
  ])('is found by %s', (_, output, place) => {
    expect(errorPlace(output, realpathSync(project))).toBe(place);
  });

  test('comes before what went wrong', async () => {
    const code = `throw new RangeError('no clients');`;
    writeFileSync(join(project, 'lib', 'app.cjs'), `\n${code}`);
    writeFileSync(join(project, 'cdk.json'), JSON.stringify({ app: 'node lib/app.cjs' }));
    const synthesis = synthesize({
      projectFolder: project,
      outputFolder: join(project, 'out'),
      env: process.env,
      signal: new AbortController().signal,
    });
    await expect(synthesis).rejects.toThrow(
      'Synthesis failed: lib/app.cjs:2: RangeError: no clients (run `npx cdk synth`',
    );
  });
});

describe('synthesis', () => {
  const { signal } = new AbortController();

  async function run(cdkJson: unknown, env: NodeJS.ProcessEnv = process.env) {
    const projectFolder = newFolder();
    const outputFolder = join(projectFolder, 'out');
    if (cdkJson !== undefined) {
      const text = typeof cdkJson === 'string' ? cdkJson : JSON.stringify(cdkJson);
      writeFileSync(join(projectFolder, 'cdk.json'), text);
    }
    await synthesize({ projectFolder, outputFolder, env, signal });
    return outputFolder;
  }

  function script(code: string): string {
    const file = join(newFolder(), 'app.cjs');
    writeFileSync(file, code);
    return `node ${file}`;
  }

  test('runs the app as the CDK CLI does', async () => {
    const folder = fixture();
    const app = script(
      `const fs = require('fs'); fs.cpSync('${folder}', process.env.CDK_OUTDIR, { recursive: true });
      fs.writeFileSync(process.env.CDK_OUTDIR + '/seen.json', JSON.stringify([process.version, process.env.CDK_CONTEXT_JSON]));`,
    );
    const output = await run({ app, context: { flag: true } });
    const [version, context] = JSON.parse(readFileSync(join(output, 'seen.json'), 'utf8'));
    expect(version).toBe(process.version);
    expect(JSON.parse(context)).toMatchObject({ flag: true });
    expect(readAssembly(output).stacks[0]?.stackName).toBe('Fixture');
  });

  test('does not take what an earlier one has left for its own', async () => {
    const projectFolder = newFolder();
    mkdirSync(join(projectFolder, 'out'));
    writeFileSync(join(projectFolder, 'out', 'manifest.json'), '{}');
    writeFileSync(join(projectFolder, 'cdk.json'), JSON.stringify({ app: 'true' }));
    const outputFolder = join(projectFolder, 'out');
    await expect(
      synthesize({ projectFolder, outputFolder, env: process.env, signal }),
    ).rejects.toThrow('Synthesis failed: `true` ended with code 0');
  });

  const reporting = (code: number) =>
    script(
      `const fs = require('fs'); fs.cpSync('${fixture()}', process.env.CDK_OUTDIR, { recursive: true });
      fs.writeFileSync(process.env.CDK_OUTDIR + '/validation-report.json', JSON.stringify({ pluginReports: [{ conclusion: 'failure', violations: [{ ruleName: 'R' }] }] }));
      process.exit(${code});`,
    );

  test.each<[name: string, cdkJson: unknown, message: string]>([
    ['no cdk.json', undefined, 'cdk.json cannot be read'],
    ['a broken cdk.json', '{', 'cdk.json cannot be read'],
    ['no app', {}, 'has no "app"'],
    [
      'an app that throws',
      { app: script("throw new RangeError('no clients')") },
      'Synthesis failed: RangeError: no clients (run `npx cdk synth`',
    ],
    [
      'an app that prints its error',
      { app: 'echo "Error: on stdout"; exit 1' },
      'Error: on stdout',
    ],
    ['an app that is not there', { app: 'none-such-command' }, 'none-such-command'],
    ['an app that fails without a word', { app: 'exit 3' }, '`exit 3` ended with code 3'],
    ['a broken rule', { app: reporting(0) }, 'Synthesis failed: R (run'],
    ['a broken rule and an exit code', { app: reporting(1) }, 'Synthesis failed: R (run'],
  ])('with %s is a problem', async (_, cdkJson, message) => {
    await expect(run(cdkJson)).rejects.toThrow(message);
  });
});

test.each([
  ['an error', Object.assign(new Error('text'), { code: 'E1' }), 'text', 'E1'],
  ['a text', 'text', 'text', undefined],
  ['an object', { message: 1 }, '[object Object]', undefined],
])('%s that was thrown has a message, and perhaps a code', (_, thrown, message, code) => {
  expect([messageOf(thrown), codeOf(thrown)]).toEqual([message, code]);
});

test('a text is cut at the first separator', () => {
  expect([splitOnce('a=b=c', '='), splitOnce('a', '=')]).toEqual([
    ['a', 'b=c'],
    ['a', ''],
  ]);
});
