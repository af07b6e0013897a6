import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bundleOptions } from '../../../lib/functions/bundle.ts';
import { type BundleFiles, cachedBuild } from '../../../lib/functions/bundle-cache.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'bundle-cache-')));
afterAll(() => rmSync(root, { recursive: true }));

/** A project in a folder, with a cache beside it. */
function project(files: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(root, 'project-'));
  const cache = mkdtempSync(join(root, 'cache-'));
  const options = {
    ...bundleOptions({ source: join(folder, 'src/main.ts'), folder: '/bundle', isSplit: true }),
    absWorkingDir: folder,
    logLevel: 'silent' as const,
  };

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const [path, text] of Object.entries(files)) write(path, text);

  /** Waits until the file system's clock has moved on: what is newer than a build is not kept. */
  function settle(): void {
    const probe = join(cache, 'probe');
    const changedAt = () => {
      writeFileSync(probe, '');
      return statSync(probe, { bigint: true }).ctimeNs;
    };
    for (const start = changedAt(); changedAt() === start; );
    rmSync(probe);
  }

  return {
    folder,
    cache,
    write,
    remove: (path: string) => rmSync(join(folder, path), { recursive: true, force: true }),
    settle,
    /** The bundle through the cache. */
    bundle: (more: object = {}) => cachedBuild({ ...options, ...more }, cache),
    /** The bundle that esbuild makes anew: below a file, nothing can be kept. */
    fresh: () => cachedBuild(options, join(folder, 'src/main.ts', 'cache')),
    /** The files that are kept, with what tells one write from the next. */
    kept: () => readdirSync(cache).map((name) => `${name} ${statSync(join(cache, name)).ino}`),
  };
}

const text = (files: BundleFiles) => files['index.mjs'] ?? '';

/** A bundle, or that there is none. */
function outcome(make: () => BundleFiles): BundleFiles | string {
  try {
    return make();
  } catch {
    return 'does not bundle';
  }
}

const usual = {
  'package.json': '{}',
  'src/main.ts': `
    import { a } from './a';
    import { d } from './deep/er/d.js';
    import { p } from 'pkg/sub';
    import { q } from 'pkg/proxy';
    console.log(a, d, p, q);`,
  'src/a.js': "export const a = 'first';",
  'src/deep/er/d.js': "export { d } from 'pkg/d.js';",
  'node_modules/pkg/package.json': '{}',
  'node_modules/pkg/d.js': "export const d = 'd';",
  'node_modules/pkg/sub/package.json': '{"main": "./lib"}',
  'node_modules/pkg/sub/lib/unused.js': '',
  'node_modules/pkg/sub/index.js': "export const p = 'index';",
  'node_modules/pkg/proxy/package.json': '{"main": "../real/one.js"}',
  'node_modules/pkg/real/one.js': "export const q = 'one';",
  'node_modules/pkg/real/two.js': "export const q = 'second', p = q, d = q;",
};

describe('a bundle', () => {
  test('is made once while nothing changes, and is the one that esbuild would make', () => {
    const { bundle, fresh, kept, settle } = project(usual);
    settle();
    const first = bundle();
    const files = kept();
    expect(files).toHaveLength(1);
    expect(bundle()).toEqual(first);
    expect(kept()).toEqual(files);
    expect(fresh()).toEqual(first);
  });

  test.each([
    ['an input has another content', 'src/a.js', "export const a = 'second';"],
    ['an input of a package has', 'node_modules/pkg/sub/index.js', "export const p = 'second';"],
    ['a new file takes the place of one', 'src/a.ts', "export const a = 'second';"],
    ['a nearer package does', 'src/node_modules/pkg/sub.js', "export const p = 'second';"],
    [
      'one in a folder without inputs does',
      'src/deep/node_modules/pkg/d.js',
      "export const d = 'second';",
    ],
    [
      'a package begins elsewhere',
      'node_modules/pkg/proxy/package.json',
      '{"main": "../real/two"}',
    ],
    ['a missing beginning is there', 'node_modules/pkg/sub/lib.js', "export const p = 'second';"],
    ['it is there as a folder', 'node_modules/pkg/sub/lib/index.js', "export const p = 'second';"],
    [
      'a package has other exports',
      'node_modules/pkg/package.json',
      '{"exports": {"./*": "./real/two.js"}}',
    ],
    ['a package.json says that nothing has effects', 'package.json', '{"sideEffects": false}'],
    ['a package.json comes in between', 'src/package.json', '{"sideEffects": false}'],
  ])('is made again when %s', (_, path, content) => {
    const { bundle, fresh, kept, settle, write } = project(usual);
    settle();
    const first = bundle();
    const files = kept();
    expect(files).toHaveLength(1);
    write(path, content);
    settle();
    expect(outcome(bundle)).toEqual(outcome(fresh));
    expect(kept()).not.toEqual(files);
    expect(text(first)).not.toContain('second');
  });

  test('is made again when a linked package leads elsewhere', () => {
    const { bundle, folder, remove, settle, write } = project(usual);
    remove('node_modules/pkg');
    for (const name of ['one', 'two']) {
      for (const file of ['d', 'sub', 'proxy']) {
        write(`elsewhere/${name}/${file}.js`, `export const d = '${name}', p = d, q = d;`);
      }
    }
    const link = join(folder, 'node_modules/pkg');
    symlinkSync(join(folder, 'elsewhere/one'), link);
    settle();
    expect(text(bundle())).toContain('one');
    rmSync(link);
    symlinkSync(join(folder, 'elsewhere/two'), link);
    expect(text(bundle())).toContain('two');
  });

  test('is another one with other options', () => {
    const { bundle, settle } = project(usual);
    settle();
    const first = bundle();
    expect(bundle({ minify: false })).not.toEqual(first);
    expect(bundle()).toEqual(first);
  });

  test('does not depend on a tsconfig.json', () => {
    const { bundle, fresh, settle, write } = project(usual);
    const first = bundle();
    const paths = { './a': ['./b.ts'], 'pkg/sub': ['./src/b.ts'] };
    write('tsconfig.json', JSON.stringify({ compilerOptions: { paths, baseUrl: '.' } }));
    write('src/b.ts', 'export const a = 0; export const p = 0;');
    settle();
    expect(fresh()).toEqual(first);
  });

  test.each([
    ['a module that may be missing', "try { require('missing') } catch {}"],
    ['a subpath import', "import '#internal';"],
  ])('is not kept with %s', (_, code) => {
    const { bundle, kept, settle } = project({
      ...usual,
      'package.json': '{"imports": {"#internal": "pkg/sub"}}',
      'src/main.ts': code,
    });
    settle();
    bundle();
    expect(kept()).toEqual([]);
  });

  test('is not kept as what an input has become while it was made', async () => {
    const { bundle, folder, fresh, write } = project(usual);
    const contents = ['one', 'two'].map((name) => `export const a = '${name}';`);
    const worker = new Worker(
      `const { renameSync, writeFileSync } = require('node:fs');
      const { workerData: { path, contents }, parentPort } = require('node:worker_threads');
      const write = (i) => {
        writeFileSync(path + '.new', contents[i % 2]);
        renameSync(path + '.new', path);
        setImmediate(write, i + 1);
      };
      write(0);
      parentPort.postMessage('writes');`,
      { eval: true, workerData: { path: join(folder, 'src/a.js'), contents } },
    );
    await once(worker, 'message');
    for (let i = 0; i < 20; i++) bundle();
    await worker.terminate();
    for (const content of contents) {
      write('src/a.js', content);
      expect(bundle()).toEqual(fresh());
    }
  });
});

/** Files that decide what is bundled, and what may be in them; undefined: not there. */
const module = fc.constantFrom(undefined, 'export const a=1,p=1;', 'export const a=2,p=2;');
const manifest = fc.constantFrom(
  undefined,
  '{}',
  '{"main":"./lib"}',
  '{"main":"lib.js","module":"./lib/module.js"}',
  '{"exports":{".":"./index.js","./sub":"./sub/index.js"}}',
  '{"sideEffects":false,"main":"../other"}',
);
const change = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'src/a.ts',
      'src/a.js',
      'src/a/index.ts',
      'src/a/lib.js',
      'src/other.js',
      'src/b/c.ts',
      'src/b/c/index.js',
      'src/b.js',
      'node_modules/pkg/index.js',
      'node_modules/pkg/lib.js',
      'node_modules/pkg/lib/index.js',
      'node_modules/pkg/lib/module.js',
      'node_modules/pkg.js',
      'node_modules/pkg/sub.js',
      'node_modules/pkg/sub/index.js',
      'node_modules/other.js',
      'node_modules/pkg/sub/lib.js',
      'src/node_modules/pkg/index.js',
      'node_modules/@s/p.js',
      'src/node_modules/pkg/sub.js',
      'src/node_modules/@s/p/index.js',
      'src/pkg.js',
    ),
    module,
  ),
  fc.tuple(
    fc.constantFrom(
      'package.json',
      'src/package.json',
      'src/a/package.json',
      'node_modules/pkg/package.json',
      'node_modules/pkg/sub/package.json',
      'src/node_modules/pkg/package.json',
      'tsconfig.json',
    ),
    manifest,
  ),
);

test('a bundle is never another than esbuild makes, whatever is written or removed', () => {
  const hits = { count: 0 };
  fc.assert(
    fc.property(fc.array(change, { minLength: 4, maxLength: 12 }), (changes) => {
      const { bundle, folder, fresh, kept, remove, settle, write } = project({
        'src/main.ts':
          "import{a}from'./a';import*as c from'./b/c';import{p}from'pkg';import*as s from'pkg/sub';import*as o from'@s/p';console.log(a,c,p,s,o);",
        'src/a.js': 'export const a=0;',
        'src/b/c.ts': 'export const c=0;',
        'node_modules/pkg/index.js': 'export const p=0;',
        'node_modules/pkg/sub/index.js': 'export const p=0;',
        'node_modules/@s/p/index.js': 'export const p=0;',
      });
      for (const [path, content] of changes) {
        settle();
        outcome(bundle);
        const before = kept().join();
        outcome(bundle);
        if (before !== '' && before === kept().join()) hits.count++;
        try {
          if (content === undefined) remove(path);
          else write(path, content);
        } catch {
          // A file is where a folder would have to be.
        }
        expect(outcome(bundle)).toEqual(outcome(fresh));
      }
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 25 },
  );
  expect(hits.count).toBeGreaterThan(20);
}, 60_000);

describe('the cache', () => {
  test('makes anew what is not as it was written', () => {
    const { bundle, cache, settle } = project(usual);
    settle();
    const first = bundle();
    const [name = ''] = readdirSync(cache);
    const file = join(cache, name);
    const content = readFileSync(file, 'utf8');
    for (const broken of [
      '',
      content.slice(0, -1),
      content.replace('first', 'wrong'),
      `${'0'.repeat(64)}\n{}`,
    ]) {
      writeFileSync(file, broken);
      expect(bundle()).toEqual(first);
      expect(readFileSync(file, 'utf8')).toBe(content);
    }
  });

  test('keeps at most 40 bundles, the newest', () => {
    const { bundle, cache, settle } = project(usual);
    for (let i = 0; i < 45; i++) writeFileSync(join(cache, `${i}`), '');
    settle();
    bundle();
    const names = readdirSync(cache);
    expect(names).toHaveLength(40);
    expect(names.some((name) => name.length === 64)).toBe(true);
  });

  test('does without a folder that it cannot write', () => {
    const { fresh } = project(usual);
    expect(text(fresh())).toContain('first');
  });

  test('is whole for several processes at once', async () => {
    const { bundle, cache, folder, settle } = project(usual);
    settle();
    const expected = bundle();
    rmSync(cache, { recursive: true });
    const program = `
      const { cachedBuild } = await import(${JSON.stringify(resolve('lib/functions/bundle-cache.ts'))});
      const { bundleOptions } = await import(${JSON.stringify(resolve('lib/functions/bundle.ts'))});
      const source = ${JSON.stringify(join(folder, 'src/main.ts'))};
      const options = { ...bundleOptions({ source, folder: '/bundle', isSplit: true }),
        absWorkingDir: ${JSON.stringify(folder)} };
      const all = [1, 2, 3, 4].map(() => cachedBuild(options, ${JSON.stringify(cache)}));
      console.log(JSON.stringify(all));`;
    const runs = [1, 2, 3].map(() =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]),
    );
    for (const { stdout } of await Promise.all(runs)) {
      expect(JSON.parse(stdout)).toEqual([expected, expected, expected, expected]);
    }
    expect(readdirSync(cache)).toHaveLength(1);
  });
});
