import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Files of the repository, by the place that each has in a package. */
export type Layout = Map<string, string>;

const RELATIVE_IMPORT = /((?:\bfrom|\bimport)\s*\(?\s*')(\.[^']+)(')/g;

/**
 * Every file that fits, at its own place, and others in the place of some.
 *
 * @param replaced the file that a place has instead, by that place
 */
export function layoutOf(
  root: string,
  patterns: readonly string[],
  replaced: Readonly<Record<string, string>> = {},
): Layout {
  const layout = new Map(globSync(patterns, { cwd: root }).map((path) => [path, path]));
  for (const [place, source] of Object.entries(replaced)) layout.set(place, source);
  return layout;
}

/**
 * Writes TypeScript files at their places below a folder, with imports that lead there and have no
 * `.ts` at their ends, which jsii does not take.
 */
export function writeSources(root: string, layout: Layout, folder: string): void {
  const places = new Map([...layout].map(([place, source]) => [source, place]));
  for (const [place, source] of layout) {
    const text = readFileSync(join(root, source), 'utf8').replace(
      RELATIVE_IMPORT,
      (_, before: string, path: string, after: string) => {
        const target = join(dirname(source), path);
        const from = relative(dirname(place), places.get(target) ?? target);
        const local = from.startsWith('.') ? from : `./${from}`;
        return `${before}${local.replace(/\.ts$/, '')}${after}`;
      },
    );
    writeFile(join(folder, place), text);
  }
}

/** Writes a file, and makes its folder. */
export function writeFile(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** Writes a JSON file, as people read it. */
export function writeJson(path: string, value: unknown): void {
  writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
