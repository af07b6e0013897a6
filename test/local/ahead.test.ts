import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { AheadSynthesis } from '../../local/assembly/ahead.ts';
import { eventually } from './support/eventually.ts';
import { newFolder } from './support/new-folder.ts';

// Each starts processes: a loaded machine needs its time.
jest.setTimeout(20_000);

const opened: Disposable[] = [];
afterAll(() => {
  for (const one of opened) one[Symbol.dispose]();
});

/** Writes an assembly with what it sees. */
const APP = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const { loadedAt } = createRequire(import.meta.url)('constructs');
const seen = {
  text: readFileSync('text.txt', 'utf8'),
  loadedAt,
  startedAt: Date.now(),
  nodeOptions: process.env.NODE_OPTIONS ?? null,
  ahead: process.env.API_GATEWAY_LOCAL_AHEAD ?? null,
  stdin: readFileSync(0, 'utf8'),
};
if (seen.text === 'bad') throw new Error('bad text');
mkdirSync(process.env.CDK_OUTDIR, { recursive: true });
writeFileSync(process.env.CDK_OUTDIR + '/manifest.json', '{}');
writeFileSync(process.env.CDK_OUTDIR + '/seen.json', JSON.stringify(seen));
`;

function newProject(command = 'node app.mjs', env: NodeJS.ProcessEnv = process.env) {
  const workspace = newFolder();
  const folder = join(workspace, 'app');
  mkdirSync(folder);
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('cdk.json', JSON.stringify({ app: command }));
  write('app.mjs', APP);
  mkdirSync(join(folder, 'node_modules/constructs'), { recursive: true });
  write('node_modules/constructs/index.js', 'exports.loadedAt = Date.now();');
  const output = newFolder();
  const synthesis = new AheadSynthesis({ projectFolder: folder, env }, output, true);
  opened.push(synthesis);
  return {
    workspace,
    folder,
    output,
    synthesis,
    write,
    synthesize: async (text: string) => {
      write('text.txt', text);
      const assembly = await synthesis.synthesize(new AbortController().signal);
      return JSON.parse(readFileSync(join(assembly, 'seen.json'), 'utf8'));
    },
  };
}

test('an app that was started ahead reads what is there when it is needed', async () => {
  const { synthesis, synthesize } = newProject();
  const { NODE_OPTIONS: nodeOptions = null } = process.env;
  const first = await synthesize('one');
  expect(first).toMatchObject({ text: 'one', ahead: null, nodeOptions, stdin: '' });
  synthesis.prepare();
  synthesis.prepare();
  const before = Date.now();
  expect(await synthesize('two')).toMatchObject({ text: 'two', ahead: null, nodeOptions });
  expect(before).toBeGreaterThan(first.startedAt);
});

test('what the app loaded from packages is loaded ahead', async () => {
  const { folder, synthesis, write, synthesize } = newProject();
  await synthesize('one');
  const marker = join(folder, 'loaded');
  const touch = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '');`;
  write('node_modules/constructs/index.js', `${touch} exports.loadedAt = 'ahead';`);
  synthesis.prepare();
  await eventually(() => existsSync(marker) || undefined);
  expect(await synthesize('two')).toMatchObject({ text: 'two', loadedAt: 'ahead' });
});

test('a mistake is told, and what comes after it is synthesized', async () => {
  const { output, synthesis, synthesize } = newProject();
  await synthesize('one');
  synthesis.prepare();
  await expect(synthesize('bad')).rejects.toThrow(
    'Synthesis failed: app.mjs:13: Error: bad text (run',
  );
  synthesis.prepare();
  expect(await synthesize('two')).toMatchObject({ text: 'two' });
  // Of what has been replaced or has failed, nothing is left.
  expect(readdirSync(output)).toEqual(['cdk.out.0', 'cdk.out.2', 'cdk.out.2.modules.json']);
});

test.each([
  ['package.json', 'app'],
  ['cdk.json', 'app'],
  ['node_modules', 'app'],
  ['node_modules/.package-lock.json', 'app'],
  ['node_modules', '.'],
  ['node_modules/.package-lock.json', '.'],
  ['node_modules/.yarn-state.yml', '.'],
])('an app that was started before %s changed is started anew: %s', async (file, where) => {
  const { workspace, folder, synthesis, synthesize } = newProject();
  if (where === '.') renameSync(join(folder, 'node_modules'), join(workspace, 'node_modules'));
  const changed = join(workspace, where, file);
  if (!existsSync(changed)) writeFileSync(changed, '{}');
  const installed = join(workspace, where, 'node_modules/constructs/index.js');
  const marker = join(folder, 'loaded');
  await synthesize('one');
  writeFileSync(installed, `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '');`);
  synthesis.prepare();
  await eventually(() => existsSync(marker) || undefined);
  writeFileSync(installed, `exports.loadedAt = 'anew';`);
  utimesSync(changed, 1, 1);
  expect(await synthesize('two')).toMatchObject({ text: 'two', loadedAt: 'anew' });
});

test.each(['echo x >> runs; node app.mjs', 'node app.mjs && echo x >> runs', 'sh run.sh'])(
  'nothing is run ahead of its time by `%s`',
  async (command) => {
    const { folder, synthesis, write, synthesize } = newProject(command);
    write('run.sh', 'echo x >> runs; exec node app.mjs');
    await synthesize('one');
    synthesis.prepare();
    expect(await synthesize('two')).toMatchObject({ text: 'two' });
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('x\nx\n');
  },
);

test.each<[string, Record<string, string>, boolean]>([
  ['node app.mjs', {}, true],
  ['node -r ./first.cjs app.mjs', {}, false],
  ['node --env-file=first.env app.mjs', {}, false],
  ['node app.mjs', { NODE_OPTIONS: '--require ./first.cjs' }, false],
])('with `%s` and %j, a process waits: %s', (command, more, waits) => {
  const mark = randomUUID();
  const { synthesis, write } = newProject(`${command} ${mark}`, { ...process.env, ...more });
  write('first.cjs', '');
  write('first.env', '');
  synthesis.prepare();
  expect(execFileSync('ps', ['-A', '-o', 'args=']).includes(mark)).toBe(waits);
});

test('an app that does not wait is run again when it is needed', async () => {
  const bin = newFolder();
  const env = { ...process.env, PATH: [bin, process.env.PATH].join(delimiter) };
  writeFileSync(
    join(bin, 'tsx'),
    '#!/bin/sh\nunset NODE_OPTIONS\necho x >> runs\nexec node "$@"\n',
  );
  chmodSync(join(bin, 'tsx'), 0o755);
  const { folder, synthesis, write, synthesize } = newProject('tsx app.mjs', env);
  expect(await synthesize('one')).toMatchObject({ text: 'one' });
  write('runs', '');
  synthesis.prepare();
  expect(await synthesize('two')).toMatchObject({ text: 'two' });
  expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('x\n');
});

test('an app that waits ends with its gateway, or with the signal', async () => {
  const { folder, synthesis, write, synthesize } = newProject();
  await synthesize('one');
  write('app.mjs', 'setInterval(() => {}, 1000);');
  write('cdk.json', JSON.stringify({ app: `node ${folder}/app.mjs` }));
  const stop = new AbortController();
  const running = synthesis.synthesize(stop.signal);
  stop.abort();
  await expect(running).rejects.toThrow('abort');
  synthesis.prepare();
  synthesis[Symbol.dispose]();
  await eventually(() => !execFileSync('ps', ['-A', '-o', 'args=']).includes(folder) || undefined);
});

test.each([
  ['that was started ahead', '', true],
  ['that was not started ahead', '', false],
  ['behind a shell that ends', '; true', false],
  ['that prints to a file behind such a shell', ' > log 2>&1; true', false],
])('an app %s ends with the signal, even if it ignores it', async (_, after, isAhead) => {
  const { folder, synthesis, write } = newProject();
  const app = `import { writeFileSync } from 'node:fs';
    process.on('SIGTERM', () => undefined);
    setInterval(() => undefined, 1000);
    writeFileSync('ignores', '');`;
  write('app.mjs', app);
  write('cdk.json', JSON.stringify({ app: `node ${folder}/app.mjs${after}` }));
  if (isAhead) synthesis.prepare();
  const stop = new AbortController();
  const running = synthesis.synthesize(stop.signal);
  running.catch(() => undefined);
  await eventually(() => existsSync(join(folder, 'ignores')) || undefined);
  const before = performance.now();
  stop.abort();
  await expect(running).rejects.toThrow('abort');
  expect(performance.now() - before).toBeLessThan(10_000);
  await eventually(() => !execFileSync('ps', ['-A', '-o', 'args=']).includes(folder) || undefined);
});

test('an app that was started ahead is not run after the signal', async () => {
  const { folder, synthesis, write } = newProject();
  write('app.mjs', "import { writeFileSync } from 'node:fs'; writeFileSync('run', '');");
  synthesis.prepare();
  await expect(synthesis.synthesize(AbortSignal.abort())).rejects.toThrow('abort');
  synthesis[Symbol.dispose]();
  expect(existsSync(join(folder, 'run'))).toBe(false);
});

test('an app that keeps from being ended, and what it has started, end with the signal', async () => {
  const { folder, synthesis, write, synthesize } = newProject();
  await synthesize('one');
  write('child.mjs', 'setInterval(() => {}, 1000);');
  write(
    'app.mjs',
    `import { spawn } from 'node:child_process';
    import { writeFileSync } from 'node:fs';
    process.on('SIGTERM', () => undefined);
    spawn(process.execPath, [${JSON.stringify(join(folder, 'child.mjs'))}], { stdio: 'inherit' });
    writeFileSync('begun', '');
    for (;;);`,
  );
  for (const prepare of [() => undefined, () => synthesis.prepare()]) {
    write('cdk.json', JSON.stringify({ app: `node ${folder}/app.mjs` }));
    prepare();
    const stop = new AbortController();
    const running = synthesis.synthesize(stop.signal);
    await eventually(() => existsSync(join(folder, 'begun')) || undefined);
    stop.abort();
    await expect(running).rejects.toThrow('abort');
    await eventually(
      () => !execFileSync('ps', ['-A', '-o', 'args=']).includes(folder) || undefined,
    );
    rmSync(join(folder, 'begun'));
  }
});

test('an app that prints a lot is a problem with its first mistake, and fills no memory', async () => {
  const { write, synthesize } = newProject();
  const print = (text: string) =>
    `for (let left = 700; left > 0; left--) writeSync(1, ${JSON.stringify(text)}.repeat(2 ** 20));`;
  write(
    'app.mjs',
    `import { writeSync } from 'node:fs'; ${print('x')} throw new Error('at the end');`,
  );
  await expect(synthesize('one')).rejects.toThrow('at the end');
});
