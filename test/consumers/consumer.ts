import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { environmentOf } from './environment.ts';
import type { Suite } from './suite.ts';

const COMMAND_LIMIT_MS = 600_000;
const SERVER_LIMIT_MS = 60_000;
const POLL_MS = 100;
const TAIL_LINES = 40;

/** The packages that `npm run pack:all` made, by what their files are called before the version. */
export type PackageName =
  | 'api-token-authorizer'
  | 'api-token-authorizer-tools'
  | 'api_token_authorizer';

/** How a command is run beside the app's own way. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** @default - the app's folder */
  readonly cwd?: string;
}

/** How a server is started. */
export interface ServeOptions extends RunOptions {
  /** @default - when the address answers with any status */
  readonly isReady?: () => boolean;
}

/** The folder of somebody else's app, and what is done there. */
export interface Consumer {
  readonly name: string;
  /** The repository's folder. */
  readonly root: string;
  readonly folder: string;
  /** Does what has to work, and prints one line. */
  readonly check: <T>(title: string, work: () => Promise<T>) => Promise<T | undefined>;
  /** Prints a line that is no check. */
  readonly note: (text: string) => void;
  /** The file of a package, to be installed. */
  readonly packed: (name: PackageName) => string;
  /** Writes files of the app, by their paths. */
  readonly write: (files: Readonly<Record<string, string>>) => void;
  /** Adds packages of the registry, or files, to the app. */
  readonly install: (...packages: string[]) => Promise<void>;
  /** Runs a command, and returns its standard output. Rejects with all that it printed if it fails. */
  readonly run: (command: string, args: readonly string[], options?: RunOptions) => Promise<string>;
  /** Starts a server, and waits until it is ready. It ends with the app. */
  readonly serve: (
    url: string,
    command: string,
    args: readonly string[],
    options?: ServeOptions,
  ) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface ConsumerProps {
  readonly root: string;
  readonly folder: string;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly check: Suite['check'];
  readonly note: (text: string) => void;
}

/** An app in a new folder. */
export function newConsumer({ root, folder, name, signal, ...props }: ConsumerProps): Consumer {
  const own = join(folder, name);
  const env = environmentOf(folder);
  const servers: ChildProcess[] = [];
  mkdirSync(own, { recursive: true });

  const start = (command: string, args: readonly string[], options: RunOptions = {}) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? own,
      env: { ...env, ...options.env },
      // A group of its own: one id ends it with all that it started.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    return { child, output: () => output, stdout: () => stdout };
  };
  const failure = (command: string, args: readonly string[], why: string, output: string) => {
    const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
    return new Error(`${[command, ...args].join(' ')}: ${why}\n${tail}`);
  };

  const run: Consumer['run'] = async (command, args, options) => {
    const { child, output, stdout } = start(command, args, options);
    const end = () => endGroup(child);
    const timer = setTimeout(end, COMMAND_LIMIT_MS);
    signal.addEventListener('abort', end, { once: true });
    try {
      const [code] = (await once(child, 'close')) as [number | null];
      if (code === 0) return stdout();
      throw failure(command, args, `exit code ${code}`, output());
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  };

  return {
    name,
    root,
    folder: own,
    run,
    note: props.note,
    check: (title, work) => props.check(name, title, work),
    packed: (packageName) => {
      const [path] = globSync(join(folder, 'packages', `${packageName}-[0-9]*`));
      if (path === undefined) throw new Error(`${packageName} was not packed`);
      return path;
    },
    write: (files) => {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(own, path)), { recursive: true });
        writeFileSync(join(own, path), text);
      }
    },
    install: async (...packages) => {
      const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
      await run('npm', ['install', '--save-exact', ...flags, ...packages]);
    },
    serve: async (url, command, args, options) => {
      const { child, output } = start(command, args, options);
      servers.push(child);
      const limit = performance.now() + SERVER_LIMIT_MS;
      const isReady = options?.isReady ?? (() => answers(url));
      while (!(await isReady())) {
        if (child.exitCode !== null || performance.now() > limit || signal.aborted) {
          throw failure(command, args, 'does not serve', output());
        }
        await wait(POLL_MS);
      }
    },
    stop: async () => {
      for (const server of servers) {
        endGroup(server);
        if (server.exitCode === null && server.signalCode === null) await once(server, 'close');
      }
    },
  };
}

/** A port that is free on loopback. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(SERVER_LIMIT_MS) })).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
