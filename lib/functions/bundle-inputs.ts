import { hash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';

/** The content of a file or the names in a folder, as a digest; null where there is neither. */
export type PathState = string | null;

/** The state of a path now; a folder's takes in where its links lead, and nothing below it. */
export function stateOf(path: string): PathState {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (!stat.isDirectory()) return hash('sha256', readFileSync(path));
  const entries = readdirSync(path, { withFileTypes: true }).map((entry) => {
    const link = entry.isSymbolicLink() ? readlinkSync(join(path, entry.name)) : '';
    return `${entry.name}\0${entry.isDirectory()}\0${link}\n`;
  });
  return hash('sha256', entries.sort().join(''));
}

/** A folder and all that it is in. */
function withParents(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}

const isFolder = (path: string) =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Where a package says that it begins; in any other case esbuild looks for its index. */
function mainsOf(folder: string): string[] {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const mains: unknown[] = [manifest.module, manifest.main];
    return mains.filter((main) => typeof main === 'string').map((main) => join(folder, main));
  } catch {
    return [];
  }
}

const isPath = (specifier: string) => /^\.{1,2}(?:\/|$)/.test(specifier) || isAbsolute(specifier);

/**
 * All that esbuild may have looked at to make a bundle: its inputs, the `package.json` of every
 * folder above one, and every folder in which a new name could take the place of a module that was
 * found. A bundle made again is the same as long as none of them has another state.
 *
 * More is listed than esbuild reads. tsconfig.json is not: it reads none (`tsconfigRaw`).
 *
 * @param folder what the paths in the metafile are relative to
 * @param external what the bundle goes on importing when it runs
 * @returns undefined where that cannot be told: a module was not found, or is not a plain file
 */
export function inputsOf(
  { inputs }: Metafile,
  folder: string,
  external: readonly string[],
): Set<string> | undefined {
  const found = new Set<string>();
  const seen = new Set<string>();

  function lookAt(path: string): void {
    if (seen.has(path)) return;
    seen.add(path);
    found.add(dirname(path)).add(path);
    if (!isFolder(path)) return;
    found.add(join(path, 'package.json'));
    for (const main of mainsOf(path)) lookAt(main);
  }

  /** Looks for a package's module where Node.js would, nearest folder first. */
  function lookFor(specifier: string, parents: readonly string[]): void {
    for (const parent of parents) {
      if (basename(parent) === 'node_modules') continue;
      let path = join(parent, 'node_modules');
      // Not the folder that it is in: an output that comes into the project changes nothing.
      found.add(path);
      for (const name of specifier.split('/')) {
        if (!isFolder(path)) break;
        path = join(path, name);
        lookAt(path);
      }
    }
  }

  for (const name of ['.pnp.cjs', '.pnp.js', '.pnp.data.json']) {
    for (const parent of withParents(folder)) found.add(join(parent, name));
  }
  for (const [input, { imports }] of Object.entries(inputs)) {
    const file = resolve(folder, input);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
    lookAt(file);
    const parents = withParents(dirname(file));
    for (const parent of parents) found.add(join(parent, 'package.json'));
    for (const { path, original: specifier = path, external: isLeft = false } of imports) {
      if (external.includes(specifier)) continue;
      if (isLeft && !isBuiltin(path)) return undefined;
      // What a subpath import leads to is the choice of a package.json, which may name a package.
      if (specifier.startsWith('#')) return undefined;
      if (isPath(specifier)) lookAt(resolve(dirname(file), specifier));
      else if (!specifier.startsWith('node:')) lookFor(specifier, parents);
    }
  }
  // Where a folder's names are compared, a missing name in it is seen there.
  const isMissing = (path: string) => statSync(path, { throwIfNoEntry: false }) === undefined;
  return new Set([...found].filter((path) => !(found.has(dirname(path)) && isMissing(path))));
}
