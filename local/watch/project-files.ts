import { hash } from 'node:crypto';
import {
  type BigIntStats,
  type FSWatcher,
  fstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  watch,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { codeOf, Problem } from '../../terminal/problem.ts';
import type { WatchedPaths } from './watched-paths.ts';

interface KnownFile {
  /** Another one whenever the file was written. */
  readonly stamp: string;
  readonly content: string;
}

interface KnownFolder {
  readonly watcher: FSWatcher;
  readonly stamp: string;
  readonly realPath: string;
  readonly files: Map<string, KnownFile>;
  readonly folders: Set<string>;
}

/** The content of a larger file is not read: when it was written has to do. */
const MAX_READ_BYTES = 4 * 1024 * 1024;

const LIMITS: readonly unknown[] = ['ENOSPC', 'EMFILE'];

function statOf(path: string): BigIntStats | undefined {
  try {
    // Follows links.
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

const stampOf = ({ ino, size, mtimeNs, ctimeNs }: BigIntStats) =>
  `${ino}/${size}/${mtimeNs}/${ctimeNs}`;

/** What stays while a file is written, and is another one for what is put in the place of a folder. */
const inodeOf = ({ dev, ino }: BigIntStats) => `${dev}/${ino}`;

function contentOf(path: string, { size }: BigIntStats): string | undefined {
  if (size > MAX_READ_BYTES) return '';
  try {
    return hash('sha256', readFileSync(path));
  } catch {
    // It has gone since, or may not be read: then nothing else can read it either.
    return undefined;
  }
}

/** What this process itself prints to, which may be files of the project. */
function outputs(): ReadonlySet<string> {
  try {
    return new Set([1, 2].map((fd) => inodeOf(fstatSync(fd, { bigint: true }))));
  } catch {
    // It has no output.
    return new Set();
  }
}

const isNamed = (name: string, folder: string) => (folder === '' ? name : `${folder}/${name}`);

/**
 * The files of a project, and which of them have other contents than before. It watches each folder, and
 * looks into those in which something has happened: what an editor saves by renaming, new folders, removed
 * ones and those that links lead to are found.
 *
 * Not by `recursive: true`, for which Node.js opens a watch for every file below, node_modules included.
 */
export class ProjectFiles implements Disposable {
  readonly #root: string;
  readonly #paths: WatchedPaths;
  readonly #onEvent: () => void;
  readonly #folders = new Map<string, KnownFolder>();
  readonly #outputs = outputs();
  readonly #realPaths = new Set<string>();
  /** Folders whose watch has ended: what is in their place is another one. */
  readonly #ended = new Set<string>();
  /** The folders in which something has happened. */
  readonly #touched = new Set<string>();

  /**
   * Begins to watch.
   *
   * @param onEvent called when something has happened, which may be no change
   * @throws Problem when the system watches as many folders as it can
   */
  constructor(root: string, paths: WatchedPaths, onEvent: () => void) {
    this.#root = root;
    this.#paths = paths;
    this.#onEvent = onEvent;
    try {
      this.#enter('', new Set());
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * The files that were added, removed or have other contents since the last call.
   *
   * @throws Problem when the system watches as many folders as it can
   */
  takeChanges(): ReadonlySet<string> {
    const changed = new Set<string>();
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const folder of touched) if (this.#folders.has(folder)) this.#look(folder, changed);
    return changed;
  }

  [Symbol.dispose](): void {
    for (const { watcher } of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  /** @param name of what has happened to; for the end of the folder itself, its own */
  #touch(folder: string, name: string | null): void {
    this.#touched.add(folder);
    if (name === basename(join(this.#root, folder))) {
      this.#ended.add(folder);
      this.#touched.add(dirname(folder).replace(/^\.$/, ''));
    }
    this.#onEvent();
  }

  /**
   * Watches a folder, before it looks into it, so that nothing is missed in between.
   *
   * @param before what was known of a folder in its place
   */
  #enter(folder: string, changed: Set<string>, before?: KnownFolder): void {
    const path = join(this.#root, folder);
    let entered: Pick<KnownFolder, 'watcher' | 'realPath'> & { readonly stamp: string };
    try {
      const realPath = realpathSync(path);
      // Links may lead in circles.
      if (this.#realPaths.has(realPath) || this.#isElsewhere(folder, realPath)) return;
      const stamp = inodeOf(statSync(path, { bigint: true }));
      const watcher = watch(path, (_, name) => this.#touch(folder, name));
      // The folder that it is in tells that it has gone.
      watcher.on('error', () => undefined);
      entered = { watcher, realPath, stamp };
    } catch (error) {
      // It has gone since.
      if (!LIMITS.includes(codeOf(error))) return;
      throw new Problem(
        'The system cannot watch more folders: raise its limit (on Linux, fs.inotify.max_user_watches and max_user_instances), or exclude some by "watch" in cdk.json.',
      );
    }
    const files = before?.files ?? new Map<string, KnownFile>();
    const folders = before?.folders ?? new Set<string>();
    this.#folders.set(folder, { ...entered, files, folders });
    this.#realPaths.add(entered.realPath);
    this.#look(folder, changed);
  }

  /** Whether a link leads to a folder of the project: it is watched there, also when the link has gone. */
  #isElsewhere(folder: string, realPath: string): boolean {
    const own = relative(this.#folders.get('')?.realPath ?? realPath, realPath).replaceAll(
      sep,
      '/',
    );
    const isInside = own !== '..' && !own.startsWith('../') && !isAbsolute(own);
    return isInside && own !== folder && this.#paths.enters(own);
  }

  /** Watches a folder no more, and returns what was known of it. */
  #release(folder: string): KnownFolder | undefined {
    const known = this.#folders.get(folder);
    if (known === undefined) return undefined;
    known.watcher.close();
    this.#folders.delete(folder);
    this.#realPaths.delete(known.realPath);
    this.#ended.delete(folder);
    return known;
  }

  #leave(folder: string, changed: Set<string>): void {
    const known = this.#release(folder);
    for (const name of known?.files.keys() ?? []) changed.add(isNamed(name, folder));
    for (const name of known?.folders ?? []) this.#leave(isNamed(name, folder), changed);
  }

  /** Compares a folder with what is known of it. */
  #look(folder: string, changed: Set<string>): void {
    const { files, folders } = this.#folders.get(folder) as KnownFolder;
    const names = this.#namesIn(folder);
    const gone = [...files.keys(), ...folders].filter((name) => !names.has(name));
    // What has gone comes first: another link may lead to the same folder, and is entered in its place.
    for (const [name, stat] of [...gone.map((one) => [one, undefined] as const), ...names]) {
      const path = isNamed(name, folder);
      this.#compareFolder(path, name, stat?.isDirectory() ? stat : undefined, folders, changed);
      this.#compareFile(path, name, stat?.isFile() ? stat : undefined, files, changed);
    }
  }

  #namesIn(folder: string): Map<string, BigIntStats | undefined> {
    const path = join(this.#root, folder);
    try {
      return new Map(readdirSync(path).map((name) => [name, statOf(join(path, name))]));
    } catch {
      return new Map();
    }
  }

  #compareFolder(
    path: string,
    name: string,
    stat: BigIntStats | undefined,
    folders: Set<string>,
    changed: Set<string>,
  ): void {
    if (stat === undefined || !this.#paths.enters(path)) {
      if (folders.delete(name)) this.#leave(path, changed);
      return;
    }
    const isSame = this.#folders.get(path)?.stamp === inodeOf(stat);
    if (isSame && !this.#ended.has(path)) return;
    folders.add(name);
    this.#enter(path, changed, this.#release(path));
  }

  #compareFile(
    path: string,
    name: string,
    stat: BigIntStats | undefined,
    files: Map<string, KnownFile>,
    changed: Set<string>,
  ): void {
    const known = files.get(name);
    const stamp = stat && stampOf(stat);
    if (stamp === known?.stamp) return;
    if (stat && this.#outputs.has(inodeOf(stat))) return;
    const content =
      stat && this.#paths.includes(path) ? contentOf(join(this.#root, path), stat) : undefined;
    if (stamp === undefined || content === undefined) {
      if (files.delete(name)) changed.add(path);
      return;
    }
    const isSame = known?.content === content && content !== '';
    files.set(name, { stamp, content });
    if (!isSame) changed.add(path);
  }
}
