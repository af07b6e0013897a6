import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';

/** Which folders a folder may import from, besides itself. A folder within one comes first. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // What the cache saves is checked against the local gateway.
  'bench/cache': ['bench', 'lib', 'local', 'lambda'],
  bench: ['lib', 'terminal', 'lambda'],
  bin: ['lib', 'local', 'cli', 'terminal'],
  // The example: nobody but the app, the tests and the benchmark, which is about it, may know it.
  'lib/job-api': ['lib', 'lambda/contract', 'lambda/jobs'],
  lib: ['lambda/contract'],
  cli: ['terminal', 'lambda/contract'],
  local: ['terminal', 'lambda/contract'],
  packaging: ['lib', 'local', 'lambda/contract', 'terminal'],
  runtime: ['lambda'],
  terminal: ['lambda/contract'],
  lambda: [],
};

/** What others install may not know of the example that uses it. */
const EXAMPLE = ['lib/job-api', 'lambda/jobs'];
const MAY_KNOW_THE_EXAMPLE = ['bin', 'bench', ...EXAMPLE];

const root = join(import.meta.dirname, '..');
const files = globSync('{bench,bin,lib,cli,local,packaging,runtime,terminal,lambda}/**/*.{ts,js}', {
  cwd: root,
});

const isBelow = (path: string, folder: string) => path.startsWith(`${folder}/`);

function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  return [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  );
}

test('there are files to look at', () => {
  expect(files.length).toBeGreaterThan(30);
});

test.each(files)('%s imports in one direction only', (file) => {
  const [folder, allowed = []] =
    Object.entries(MAY_IMPORT).find(([each]) => isBelow(file, each)) ?? [];
  const wrong = importsOf(file).filter(
    (path) => ![folder ?? '', ...allowed].some((each) => isBelow(path, each)),
  );
  expect(wrong).toEqual([]);
});

test.each(files.filter((file) => !MAY_KNOW_THE_EXAMPLE.some((folder) => isBelow(file, folder))))(
  '%s does not know the example',
  (file) => {
    expect(importsOf(file).filter((path) => EXAMPLE.some((each) => isBelow(path, each)))).toEqual(
      [],
    );
  },
);
