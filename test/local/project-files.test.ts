import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAppFile } from '../../local/assembly/app-file.ts';
import { Changes } from '../../local/watch/changes.ts';
import { ProjectFiles } from '../../local/watch/project-files.ts';
import { watchedPaths } from '../../local/watch/watched-paths.ts';
import { eventually } from './support/eventually.ts';
import { newFolder } from './support/new-folder.ts';

const opened: Disposable[] = [];
afterAll(() => {
  for (const one of opened) one[Symbol.dispose]();
});

const appFile = (more: object = {}) => {
  const folder = newFolder();
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: 'node bin/app.ts', ...more }));
  return readAppFile(folder);
};

function write(folder: string, file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** Watches a folder with some files in it. */
function watching(...files: string[]) {
  const folder = newFolder();
  for (const file of files) write(folder, file, `first ${file}`);
  let events = 0;
  const project = new ProjectFiles(folder, watchedPaths(appFile()), () => {
    events++;
  });
  opened.push(project);
  const seen = new Set<string>();
  return {
    folder,
    project,
    /** Waits until these have changed, and says what else has. */
    changed: async (...wanted: string[]): Promise<string[]> => {
      await eventually(() => {
        for (const file of project.takeChanges()) seen.add(file);
        return wanted.every((file) => seen.has(file)) || undefined;
      });
      const all = [...seen].sort();
      seen.clear();
      return all;
    },
    /** Does something, and waits until the system has told of it. */
    told: async (work: () => void): Promise<void> => {
      const before = events;
      work();
      await eventually(() => events > before || undefined);
    },
  };
}

describe('a change of a project', () => {
  test('is a file with another content, however it is saved', async () => {
    const { folder, changed } = watching('lib/a.ts', 'lib/b.ts');
    write(folder, 'lib/a.ts', 'second');
    expect(await changed('lib/a.ts')).toEqual(['lib/a.ts']);
    // As an editor that renames: the new content gets the name of the old one, which is kept until then.
    write(folder, 'lib/4913', '');
    rmSync(join(folder, 'lib/4913'));
    renameSync(join(folder, 'lib/a.ts'), join(folder, 'lib/a.ts~'));
    write(folder, 'lib/a.ts', 'third');
    rmSync(join(folder, 'lib/a.ts~'));
    expect(await changed('lib/a.ts')).toEqual(['lib/a.ts']);
    write(folder, '.a.ts.swp', 'x');
    write(folder, 'lib/a.ts.tmp', 'fourth');
    renameSync(join(folder, 'lib/a.ts.tmp'), join(folder, 'lib/a.ts'));
    expect(await changed('lib/a.ts')).toEqual(['lib/a.ts']);
  });

  test('is not a file that is written as it was', async () => {
    const { folder, project, told, changed } = watching('lib/a.ts', 'lib/b.ts');
    await told(() => write(folder, 'lib/a.ts', 'first lib/a.ts'));
    await told(() => utimesSync(join(folder, 'lib/a.ts'), 1, 1));
    expect([...project.takeChanges()]).toEqual([]);
    write(folder, 'lib/b.ts', 'second');
    expect(await changed('lib/b.ts')).toEqual(['lib/b.ts']);
  });

  test('is found in new folders, in folders that are put in the place of others, and after links', async () => {
    const { folder, changed } = watching('lib/a/b/c.ts', 'lib/other.ts');
    write(folder, 'new/deep/er/x.ts', 'x');
    expect(await changed('new/deep/er/x.ts')).toEqual(['new/deep/er/x.ts']);
    write(folder, 'new/deep/er/x.ts', 'y');
    expect(await changed('new/deep/er/x.ts')).toEqual(['new/deep/er/x.ts']);

    rmSync(join(folder, 'lib/a'), { recursive: true });
    write(folder, 'lib/a/b/c.ts', 'first lib/a/b/c.ts');
    write(folder, 'lib/a/b/d.ts', 'new');
    expect(await changed('lib/a/b/d.ts')).toEqual(['lib/a/b/d.ts']);
    write(folder, 'lib/a/b/c.ts', 'second');
    expect(await changed('lib/a/b/c.ts')).toEqual(['lib/a/b/c.ts']);

    const elsewhere = newFolder();
    write(elsewhere, 'shared/s.ts', 's');
    symlinkSync(join(elsewhere, 'shared'), join(folder, 'lib/shared'));
    symlinkSync(folder, join(folder, 'lib/circle'));
    expect(await changed('lib/shared/s.ts')).toEqual(['lib/shared/s.ts']);
    write(elsewhere, 'shared/s.ts', 't');
    expect(await changed('lib/shared/s.ts')).toEqual(['lib/shared/s.ts']);

    rmSync(join(folder, 'lib'), { recursive: true });
    expect(await changed('lib/other.ts', 'lib/a/b/c.ts')).toEqual([
      'lib/a/b/c.ts',
      'lib/a/b/d.ts',
      'lib/other.ts',
      'lib/shared/s.ts',
    ]);
  });

  test('is found in a folder to which a link led that has gone', async () => {
    const folder = newFolder();
    const shared = newFolder();
    for (const file of ['z/a.ts', 'lib/b.ts']) write(folder, file, 'first');
    write(shared, 'c.ts', 'first');
    symlinkSync(join(folder, 'z'), join(folder, 'lib/alias'));
    symlinkSync(shared, join(folder, 'one'));
    symlinkSync(shared, join(folder, 'two'));
    const changes = new Changes(folder, watchedPaths(appFile()));
    opened.push(changes);
    const next = async () => [...(await changes.next(new AbortController().signal)).files].sort();
    rmSync(join(folder, 'lib/alias'));
    rmSync(join(folder, 'one'));
    expect(await next()).toEqual(['one/c.ts', 'two/c.ts']);
    write(folder, 'z/a.ts', 'second');
    write(shared, 'c.ts', 'second');
    expect(await next()).toEqual(['two/c.ts', 'z/a.ts']);
  });

  test('of hundreds of files is one', async () => {
    const folder = newFolder();
    const files = Array.from({ length: 400 }, (_, index) => `lib/f${index % 20}/${index}.ts`);
    for (const file of files) write(folder, file, 'first');
    const changes = new Changes(folder, watchedPaths(appFile()));
    opened.push(changes);
    for (const file of files) write(folder, file, 'second');
    const { signal } = new AbortController();
    expect((await changes.next(signal)).files.size).toBe(400);
    write(folder, 'lib/f1/1.ts', 'third');
    expect([...(await changes.next(signal)).files]).toEqual(['lib/f1/1.ts']);
  });

  test('is waited for until the signal', async () => {
    const changes = new Changes(newFolder(), watchedPaths(appFile()));
    opened.push(changes);
    const stop = new AbortController();
    const next = changes.next(stop.signal);
    stop.abort();
    await expect(next).rejects.toThrow('abort');
  });

  test('is any difference between what was there and what is there', async () => {
    const { folder, project } = watching();
    const name = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const operation = fc.oneof(
      fc.tuple(fc.constant('write' as const), path, fc.constantFrom('x', 'y')),
      fc.tuple(fc.constant('remove' as const), path, fc.constant('')),
      fc.tuple(fc.constant('rename' as const), path, path),
    );
    /** The contents of all files below a folder, by path. */
    const contents = (below = ''): [string, string][] =>
      readdirSync(join(folder, below)).flatMap((one): [string, string][] => {
        const file = below === '' ? one : `${below}/${one}`;
        const full = join(folder, file);
        if (statSync(full).isDirectory()) return contents(file);
        return [[file, createHash('md5').update(readFileSync(full)).digest('hex')]];
      });
    const attempt = (work: () => void) => {
      try {
        work();
      } catch {
        // A folder is where a file would go, or the other way round.
      }
    };
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 8 }), async (operations) => {
        const before = new Map(contents());
        for (const [what, at, other] of operations) {
          const full = join(folder, at);
          if (what === 'write') attempt(() => write(folder, at, other));
          if (what === 'remove') attempt(() => rmSync(full, { recursive: true }));
          if (what === 'rename' && existsSync(full))
            attempt(() => renameSync(full, join(folder, other)));
        }
        const after = new Map(contents());
        const wanted = [...new Set([...before.keys(), ...after.keys()])].filter(
          (file) => before.get(file) !== after.get(file),
        );
        const seen = new Set<string>();
        await eventually(() => {
          for (const file of project.takeChanges()) seen.add(file);
          return wanted.every((file) => seen.has(file)) || undefined;
        });
        expect([...seen].filter((file) => !wanted.includes(file))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('what is watched', () => {
  const watched = (more: object, ...files: string[]) => {
    const { includes } = watchedPaths(appFile(more), ['out.json']);
    return files.filter((file) => includes(file));
  };

  test.each<[string, object, string[], string[]]>([
    [
      'everything but what is written, hidden or installed',
      {},
      ['lib/a.ts', 'cdk.json', 'lambda/x/y.py', 'lib/distance.ts', 'assets/a b.txt'],
      [
        'node_modules/a/b.js',
        'lib/node_modules/a.js',
        '.git/index',
        'lib/.hidden/a.ts',
        'lib/.a.ts.swp',
        'cdk.out/x.json',
        'dist/a.js',
        'packages/a/dist/a.js',
        'coverage/x',
        'lib/a.ts~',
        'lib/#a.ts#',
        'lib/4913',
        'npm-debug.log',
        'out.json',
      ],
    ],
    [
      'what cdk.json includes',
      { watch: { include: ['lib/**', './bin', '*.json'] } },
      ['lib/a/b.ts', 'bin/app.ts', 'cdk.json'],
      ['lambda/a.ts', 'lib2/a.ts'],
    ],
    [
      'not what cdk.json excludes, files or folders',
      {
        watch: { include: '**', exclude: ['README.md', 'cdk*.json', '**/*.d.ts', 'test', 'a/b/'] },
      },
      ['lib/a.ts', 'lib/README.md', 'lib/test.ts', 'a/c.ts'],
      ['README.md', 'cdk.json', 'lib/a.d.ts', 'test/a/b.ts', 'a/b/c.ts'],
    ],
    [
      'what the command starts from',
      { app: 'node dist/app.js', output: 'build/cdk' },
      ['dist/app.js', 'build/a.js', 'cdk.out/x'],
      ['build/cdk/x', 'coverage/x'],
    ],
  ])('is %s', (_, more, included, left) => {
    expect(watched(more, ...included, ...left)).toEqual(included);
  });

  test('is not looked for where nothing can be', () => {
    const { enters } = watchedPaths(appFile({ watch: { exclude: ['test'] } }));
    const folders = [
      'lib',
      'node_modules',
      'lib/node_modules',
      '.git',
      'test',
      'test/a',
      'cdk.out',
    ];
    expect(folders.filter((folder) => enters(folder))).toEqual(['lib']);
  });
});
