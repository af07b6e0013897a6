import { hash, randomUUID } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, buildSync, version } from 'esbuild';
import { inputsOf, type PathState, stateOf } from './bundle-inputs.ts';

/** A bundle's files: their text by name. */
export type BundleFiles = Readonly<Record<string, string>>;

/** What esbuild is asked for here: one entry point, and where its paths begin. */
export interface CachedBuildOptions extends BuildOptions {
  readonly entryPoints: [string];
  readonly absWorkingDir: string;
  readonly outdir: string;
}

interface Entry {
  readonly files: BundleFiles;
  /** What it was made from, by path. */
  readonly states: Readonly<Record<string, PathState>>;
}

/** Of what is written to a file; another form of it needs another number. */
const FORMAT = 1;

/** An app has ten functions or so; what is over is from other versions of it, or of esbuild. */
const MAX_FILES = 40;

/** In the node_modules next above, as the caches of a project's tools are; undefined without one. */
function defaultFolder(folder = import.meta.dirname): string | undefined {
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) return join(modules, '.cache/api-token-authorizer/bundles');
  const parent = dirname(folder);
  return parent === folder ? undefined : defaultFolder(parent);
}

/** Which bundle it is; of each, the last one made is kept. */
function keyOf(options: CachedBuildOptions): string {
  const { NODE_PATH, ESBUILD_BINARY_PATH } = process.env;
  const entry = realpathSync(options.entryPoints[0]);
  const all = [FORMAT, version, NODE_PATH, ESBUILD_BINARY_PATH, entry, options];
  return hash('sha256', JSON.stringify(all));
}

/** @returns undefined where there is none, or what is there is not as it was written */
function readEntry(file: string): Entry | undefined {
  try {
    const [digest, content = ''] = readFileSync(file, 'utf8').split('\n', 2);
    return hash('sha256', content) === digest ? (JSON.parse(content) as Entry) : undefined;
  } catch {
    return undefined;
  }
}

/** Writes in one step: a reader finds all of it, or what was there before. */
function writeEntry(file: string, temporary: string, entry: Entry): void {
  const content = JSON.stringify(entry);
  writeFileSync(temporary, `${hash('sha256', content)}\n${content}`);
  renameSync(temporary, file);
}

function removeOldest(folder: string): void {
  const files = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => ({ path, writtenAt: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.writtenAt - a.writtenAt);
  for (const { path } of files.slice(MAX_FILES)) rmSync(path, { force: true });
}

/** When something about a path last changed, as its file system saw it; 0 where there is nothing. */
const changedAt = (path: string) =>
  lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ctimeNs ?? 0n;

function build(options: CachedBuildOptions) {
  const { outputFiles, metafile } = buildSync({ ...options, write: false, metafile: true });
  const files = outputFiles.map(({ path, text }) => [relative(options.outdir, path), text]);
  return { files: Object.fromEntries(files) as BundleFiles, metafile };
}

/** Keeps what a folder's files are made from, if the folder can be written. */
function buildAndKeep(options: CachedBuildOptions, folder: string, file: string): BundleFiles {
  const temporary = `${file}.${randomUUID()}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(temporary, '');
  } catch {
    return build(options).files;
  }
  try {
    const startedAt = changedAt(temporary);
    const { files, metafile } = build(options);
    const paths = inputsOf(metafile, options.absWorkingDir, options.external ?? []);
    if (paths === undefined) return files;
    const states = Object.fromEntries([...paths].map((path) => [path, stateOf(path)]));
    // What has changed since the build began may not be what esbuild has read.
    if ([...paths].every((path) => changedAt(path) < startedAt)) {
      writeEntry(file, temporary, { files, states });
      removeOldest(folder);
    }
    return files;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Bundles with esbuild, or returns what it made before, if everything that it was made from is as it
 * was: esbuild's version and options, the content of every input, and every place in which it has
 * looked for one.
 *
 * @param folder where bundles are kept: in node_modules, unless a test says otherwise
 * @throws Error if the code does not bundle
 */
export function cachedBuild(
  options: CachedBuildOptions,
  folder: string | undefined = defaultFolder(),
): BundleFiles {
  if (folder === undefined) return build(options).files;
  const file = join(folder, keyOf(options));
  const entry = readEntry(file);
  const isCurrent =
    entry !== undefined &&
    Object.entries(entry.states).every(([path, state]) => stateOf(path) === state);
  return isCurrent ? entry.files : buildAndKeep(options, folder, file);
}
