import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';

/** Which folders a folder may import from, besides itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  bench: ['lib', 'local', 'cli', 'lambda'],
  bin: ['lib', 'local', 'cli'],
  lib: ['lambda/contract'],
  cli: ['lambda/contract'],
  local: ['lambda/contract'],
  lambda: [],
};

const root = join(import.meta.dirname, '..');
const files = globSync('{bench,bin,lib,cli,local,lambda}/**/*.{ts,js}', { cwd: root });

test('there are files to look at', () => {
  expect(files.length).toBeGreaterThan(30);
});

test.each(files)('%s imports in one direction only', (file) => {
  const [folder = ''] = file.split('/');
  const allowed = [folder, ...(MAY_IMPORT[folder] ?? [])];
  const source = readFileSync(join(root, file), 'utf8');
  const imports = [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)]
    .map(([, path = '']) => normalize(join(dirname(file), path)))
    .filter((path) => !allowed.some((each) => path.startsWith(`${each}/`)));
  expect(imports).toEqual([]);
});
