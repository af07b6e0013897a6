import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const documents = ['*.md', '.github/**/*.md', 'docs/**/*.md', 'packaging/**/*.md'].flatMap(
  (pattern) => globSync(pattern, { cwd: root }),
);
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** A document without its blocks of code, where `#` and `[…](…)` mean something else. */
const proseOf = (path: string) => read(path).replace(/^( *)```.*?^\1```$/gms, '');

/**
 * The anchors that GitHub gives a document's headings: lower case, without punctuation, hyphens for
 * spaces, and a number after a heading that stands there again.
 */
function anchorsOf(path: string): string[] {
  const counts = new Map<string, number>();
  return [...proseOf(path).matchAll(/^#+ +(.+)$/gm)].map(([, heading = '']) => {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    const count = counts.get(slug) ?? 0;
    counts.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
}

/** What a document links to, pictures included, and not what lies on the web. */
const linksOf = (path: string): string[] =>
  [...proseOf(path).matchAll(/\]\(<?([^)>\s]+)>?\)|\b(?:src|srcset|href)="([^"\s]+)"/g)]
    .map(([, link, attribute]) => link ?? attribute ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));

/** The paths of this repository that a document names between backticks. */
const pathsIn = (path: string): string[] =>
  [
    ...proseOf(path).matchAll(
      /`((?:bench|bin|cli|docs|lambda|lib|local|packaging|runtime|terminal|test|\.ci|\.github)\/[^`\s]*)`/g,
    ),
  ].map(([, named = '']) => named);

test('there are documents to look at', () => {
  expect(documents.length).toBeGreaterThan(20);
  expect(documents.flatMap(linksOf).length).toBeGreaterThan(50);
});

describe.each(documents)('%s', (document) => {
  test('links to files and headings that are there', () => {
    const broken = linksOf(document).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? document : normalize(join(dirname(document), path));
      if (target.startsWith('..') || !existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('names files that are there', () => {
    expect(pathsIn(document).filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual(
      [],
    );
  });
});

test('the tests that docs/fidelity.md names are there', () => {
  const named = read('docs/fidelity.md').match(/[\w/-]+\.test\.ts/g) ?? [];
  expect(named.length).toBeGreaterThan(20);
  const isThere = (path: string) => existsSync(join(root, 'test', path.replace(/^test\//, '')));
  expect(named.filter((path) => !isThere(path))).toEqual([]);
});

test.each(globSync('docs/**/*.md', { cwd: root }))('%s is found through the README', (document) => {
  const seen = new Set(['README.md']);
  // A set is walked in the order in which it grows.
  for (const from of seen) {
    for (const link of linksOf(from)) {
      const target = normalize(join(dirname(from), link.split('#')[0] ?? ''));
      if (target.endsWith('.md') && existsSync(join(root, target))) seen.add(target);
    }
  }
  expect([...seen]).toContain(document);
});
