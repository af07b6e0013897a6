import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readAssembly } from '../../local/assembly/assembly.ts';
import { errorLine } from '../../local/assembly/error-line.ts';
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
    ['nothing', ' \n', undefined],
  ])('of %s', (_, output, line) => {
    expect(errorLine(output)).toBe(line);
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
