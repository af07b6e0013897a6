import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
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
  const folder = newFolder();
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('cdk.json', JSON.stringify({ app: command }));
  write('app.mjs', APP);
  mkdirSync(join(folder, 'node_modules/constructs'), { recursive: true });
  write('node_modules/constructs/index.js', 'exports.loadedAt = Date.now();');
  const synthesis = new AheadSynthesis({ projectFolder: folder, env }, newFolder(), true);
  opened.push(synthesis);
  return {
    folder,
    synthesis,
    write,
    synthesize: async (text: string) => {
      write('text.txt', text);
      const output = await synthesis.synthesize(new AbortController().signal);
      return JSON.parse(readFileSync(join(output, 'seen.json'), 'utf8'));
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
  const { synthesis, synthesize } = newProject();
  await synthesize('one');
  synthesis.prepare();
  await expect(synthesize('bad')).rejects.toThrow(
    'Synthesis failed: app.mjs:13: Error: bad text (run',
  );
  synthesis.prepare();
  expect(await synthesize('two')).toMatchObject({ text: 'two' });
});

test.each(['package.json', 'node_modules/.package-lock.json', 'cdk.json'])(
  'an app that was started before %s changed is started anew',
  async (file) => {
    const { folder, synthesis, write, synthesize } = newProject();
    write('package.json', '{}');
    write('node_modules/.package-lock.json', '{}');
    await synthesize('one');
    synthesis.prepare();
    const installed = join(folder, 'node_modules/constructs/index.js');
    await eventually(() => existsSync(installed) || undefined);
    writeFileSync(installed, `exports.loadedAt = 'anew';`);
    utimesSync(join(folder, file), 1, 1);
    expect(await synthesize('two')).toMatchObject({ text: 'two', loadedAt: 'anew' });
  },
);

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
