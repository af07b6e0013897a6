import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type AppFile, readAppFile } from './app-file.ts';
import { installedStamp } from './installed-stamp.ts';
import { type AppRun, type RunningApp, runApp } from './run-app.ts';
import { checkSynthesis, synthesize } from './synthesize.ts';

/** Commands that start Node.js and do nothing before. */
const STARTS_NODE = /^\s*(?:node|npx|tsx|ts-node)\s[^;&|<>`$()\n]*$/;

/** Flags by which Node.js reads files of the project before it waits, which may change meanwhile. */
const READS_FIRST = /(?:^|\s)(?:-r|--require|--env-file\S*|--experimental-\S*config\S*)(?:[\s=]|$)/;

const readsFirst = (command: string, nodeOptions = ''): boolean =>
  READS_FIRST.test(nodeOptions) || (/^\s*node\s/.test(command) && READS_FIRST.test(command));

/** What the app's process loads ahead: packages that neither change nor do anything when loaded. */
const PACKAGES = ['aws-cdk-lib', 'constructs', 'cdk-nag', 'esbuild', 'typescript', '@aws-cdk'];

/**
 * Comes before the app in its process: loads what the last one had loaded, and waits for a byte on its
 * standard input. A package manager's process only passes it on to the next one.
 */
const PRELOAD = `
import { createRequire } from 'node:module';
import { readFileSync, readSync, writeFileSync } from 'node:fs';
const { API_GATEWAY_LOCAL_AHEAD: settings } = process.env;
if (settings !== undefined && !/[\\\\/](?:npm|npx)(?:-cli)?(?:\\.js)?$/.test(process.argv[1] ?? '')) {
  const { project, modules, next, packages, nodeOptions } = JSON.parse(settings);
  delete process.env.API_GATEWAY_LOCAL_AHEAD;
  if (nodeOptions === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = nodeOptions;
  const require = createRequire(project + '/cdk.json');
  let names = [];
  try { names = JSON.parse(readFileSync(modules, 'utf8')); } catch {}
  for (const name of names) { try { require(name); } catch {} }
  const byte = Buffer.alloc(1);
  for (let count; count !== 1;) {
    try { count = readSync(0, byte); if (count === 0) process.exit(0); }
    catch (error) {
      if (error.code !== 'EAGAIN') process.exit(0);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  process.on('exit', () => {
    const isKept = (path) => packages.some((one) => path.includes('/node_modules/' + one + '/'));
    writeFileSync(next, JSON.stringify(Object.keys(require.cache).filter(isKept)));
  });
}
`;

const IMPORT = `--import=data:text/javascript,${encodeURIComponent(PRELOAD)}`;

/** The folder that some work leaves an assembly in; without it when that fails, as at many saves of a day. */
async function orRemoved(folder: string, work: () => void | Promise<void>): Promise<string> {
  try {
    await work();
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** An app's process that waits to be told to go on. */
interface Waiting extends RunningApp {
  readonly app: AppFile;
  readonly run: AppRun;
  readonly stamp: string;
  /** Where it writes which modules it has loaded, once it has ended. */
  readonly modules: string;
}

/**
 * Synthesizes an app again and again. Its process may be started before it is needed: Node.js and the CDK,
 * which most of the time goes into, are loaded then, and nothing of the project is.
 */
export class AheadSynthesis implements Disposable {
  readonly #options: Pick<AppRun, 'projectFolder' | 'env'>;
  readonly #temporaryFolder: string;
  #serial = 0;
  #waiting: Waiting | undefined;
  /** The modules that the last process has loaded. */
  #modules = '';
  /** Whether the app's process is made to wait. */
  #isPossible: boolean;
  #longestMs = 0;

  /** @param isRepeated whether there is more than one synthesis */
  constructor(
    options: Pick<AppRun, 'projectFolder' | 'env'>,
    temporaryFolder: string,
    isRepeated: boolean,
  ) {
    this.#options = options;
    this.#temporaryFolder = temporaryFolder;
    this.#isPossible = isRepeated;
  }

  /** The longest that a synthesis took until the app had ended, in milliseconds. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** Starts the process of the next synthesis. */
  prepare(): void {
    if (this.#waiting !== undefined || !this.#isPossible) return;
    try {
      this.#waiting = this.#start(new AbortController().signal);
    } catch {
      // cdk.json cannot be read: the synthesis will say so.
    }
  }

  /**
   * Runs the app of `cdk.json` as it is now.
   *
   * @returns the folder with the cloud assembly
   * @throws Problem when the app fails, or its constructs or policy validations report an error
   */
  async synthesize(signal: AbortSignal): Promise<string> {
    const start = performance.now();
    try {
      return await this.#synthesize(signal);
    } finally {
      if (!signal.aborted) this.#longestMs = Math.max(this.#longestMs, performance.now() - start);
    }
  }

  async #synthesize(signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const one = this.#take() ?? this.#start(signal);
    if (one !== undefined) {
      const abort = () => one.stop();
      signal.addEventListener('abort', abort);
      one.stdin?.end('.');
      const end = await one.ended.finally(() => signal.removeEventListener('abort', abort));
      signal.throwIfAborted();
      const { outputFolder } = one.run;
      if (existsSync(one.modules)) {
        if (end.code === 0) this.#keepModules(one.modules);
        else rmSync(one.modules);
        return await orRemoved(outputFolder, () => checkSynthesis(one.app.command, one.run, end));
      }
      // It has not waited: what it has read may be older than the change.
      this.#isPossible = false;
      rmSync(outputFolder, { recursive: true, force: true });
    }
    const outputFolder = this.#newFolder();
    return await orRemoved(outputFolder, () =>
      synthesize({ ...this.#options, outputFolder, signal }),
    );
  }

  [Symbol.dispose](): void {
    this.#waiting?.stop();
  }

  /** The process that waits, if it would still be started like that. */
  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined || waiting.stamp === installedStamp(this.#options.projectFolder)) {
      return waiting;
    }
    waiting.stop();
    return undefined;
  }

  #keepModules(file: string): void {
    if (this.#modules !== '') rmSync(this.#modules, { force: true });
    this.#modules = file;
  }

  #newFolder(): string {
    return join(this.#temporaryFolder, `cdk.out.${this.#serial++}`);
  }

  /** @returns undefined when the command does or reads something before it waits */
  #start(signal: AbortSignal): Waiting | undefined {
    const { projectFolder, env } = this.#options;
    const app = readAppFile(projectFolder);
    if (!this.#isPossible || !STARTS_NODE.test(app.command)) return undefined;
    if (readsFirst(app.command, env.NODE_OPTIONS)) return undefined;
    const outputFolder = this.#newFolder();
    const modules = `${outputFolder}.modules.json`;
    const settings = {
      project: projectFolder,
      modules: this.#modules,
      next: modules,
      packages: PACKAGES,
      nodeOptions: env.NODE_OPTIONS,
    };
    const run: AppRun = {
      projectFolder,
      outputFolder,
      signal,
      env: {
        ...env,
        NODE_OPTIONS: [env.NODE_OPTIONS, IMPORT].filter(Boolean).join(' '),
        API_GATEWAY_LOCAL_AHEAD: JSON.stringify(settings),
      },
    };
    const stamp = installedStamp(projectFolder);
    const running = runApp(app, run, 'pipe');
    // A process that has ended takes no byte.
    running.stdin?.on('error', () => undefined);
    running.ended.catch(() => undefined);
    return { ...running, app, run, stamp, modules };
  }
}
