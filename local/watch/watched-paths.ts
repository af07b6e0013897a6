import { matchesGlob } from 'node:path';
import type { AppFile } from '../assembly/app-file.ts';

/** Which paths of a project are watched; all are relative to it, with `/` between their parts. */
export interface WatchedPaths {
  /** Whether a folder may have a watched file in it. */
  readonly enters: (folder: string) => boolean;
  readonly includes: (file: string) => boolean;
}

/** What tests and compilers write; an app's command may still start from it. */
const WRITTEN = ['coverage', 'dist'];

/** What editors write beside the file that they save, and what programs say. */
const beside = /~$|^#.*#$|\.sw[a-z]$|\.tmp$|^4913$|___jb_\w+___$|\.log$/;

/** A path and all folders that it is in: `a/b/c`, `a/b`, `a`. */
function withFolders(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
}

/** Whether a pattern fits a path, or a folder that it is in. */
function fits(path: string, patterns: readonly string[]): boolean {
  return withFolders(path).some((one) => patterns.some((pattern) => matchesGlob(one, pattern)));
}

const clean = (pattern: string) => pattern.replace(/^\.\//, '').replace(/\/$/, '');

/**
 * What `cdk watch` would watch: the files that `watch.include` in cdk.json names, or all, without those of
 * `watch.exclude`, the output folder, node_modules and whatever begins with a dot. Beyond that, not what
 * tests and compilers write, unless the app's command names it.
 *
 * Source: AWS CDK CLI Reference, `cdk watch`; its command `watch` adds these exclusions to one's own.
 *
 * @param others further files that are left out
 */
export function watchedPaths(
  { command, output, include, exclude }: AppFile,
  others: readonly string[] = [],
): WatchedPaths {
  const included = include.map(clean);
  const excluded = [
    ...exclude.map(clean),
    clean(output),
    ...WRITTEN.filter((name) => !command.includes(name)).map((name) => `**/${name}`),
  ];
  const isLeftOut = (path: string) =>
    path.split('/').some((part) => part.startsWith('.') || part === 'node_modules') ||
    fits(path, excluded);
  return {
    enters: (folder) => !isLeftOut(folder),
    includes: (file) =>
      !beside.test(file.split('/').at(-1) ?? '') &&
      !others.includes(file) &&
      !isLeftOut(file) &&
      fits(file, included),
  };
}
