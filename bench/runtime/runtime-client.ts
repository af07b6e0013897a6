import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../terminal/problem.ts';

const PACKAGE = 'aws-lambda-ric';
const VERSION = '4.0.2';

/** What npm runs to build it, and what we start it with. */
const TOOLS = ['cmake', 'g++', 'make', 'python3', 'tar', 'taskset'];

/** Lambda's runtime client, and whether it has to be built first. */
export interface RuntimeClient {
  /** What Node.js is started with to run a function. */
  readonly path: string;
  readonly version: string;
  readonly isComplete: boolean;
  /**
   * Builds it, which takes a minute or two.
   *
   * @throws Problem that names what is missing on this machine, or the log of what failed
   */
  readonly make: (signal: AbortSignal) => Promise<void>;
}

/**
 * The client that runs functions in Lambda itself. It has to be built from source on this machine, and
 * is no dependency of the project: it stays in a folder of its own, which later runs use again.
 *
 * @param cache the folder for what later runs use again
 */
export function runtimeClient(cache: string, env: NodeJS.ProcessEnv): RuntimeClient {
  const node = process.versions.node;
  const folder = join(cache, `${PACKAGE}-${VERSION}-node-${node}-${process.arch}`);
  const path = join(folder, 'node_modules', PACKAGE, 'index.mjs');
  return {
    path,
    version: VERSION,
    isComplete: existsSync(path),
    make: async (signal) => {
      refuseIncompleteMachine(env);
      const work = `${folder}.${process.pid}`;
      rmSync(work, { recursive: true, force: true });
      mkdirSync(work, { recursive: true });
      // A package of its own: npm must not take it for a part of the project around it.
      writeFileSync(
        join(work, 'package.json'),
        JSON.stringify({ private: true, allowScripts: { [PACKAGE]: true } }),
      );
      const log = join(cache, `${PACKAGE}.log`);
      rmSync(log, { force: true });
      const run = (command: string, ...args: string[]) =>
        runTool({ command, args, cwd: work, log, env: cleanEnv(env, work), signal });
      try {
        // Node.js's own headers, from the registry that everything else comes from.
        const headers = `node-${process.platform}-${process.arch}`;
        await run('npm', 'pack', `${headers}@${node}`, '--pack-destination', work);
        await run('tar', '-xzf', `${headers}-${node}.tgz`, 'package/include');
        await run('npm', 'install', '--prefix', work, '--no-save', `${PACKAGE}@${VERSION}`);
        for (const each of ['package', `${headers}-${node}.tgz`]) {
          rmSync(join(work, each), { recursive: true });
        }
        rmSync(folder, { recursive: true, force: true });
        renameSync(work, folder);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
    },
  };
}

/**
 * Which of the tools a machine does not have.
 *
 * @param searchPath its `PATH`
 */
export function missingTools(searchPath: string, tools: readonly string[] = TOOLS): string[] {
  const folders = searchPath.split(':').filter((folder) => folder !== '');
  return tools.filter((tool) => !folders.some((folder) => isExecutable(join(folder, tool))));
}

function refuseIncompleteMachine(env: NodeJS.ProcessEnv): void {
  if (process.platform !== 'linux') {
    throw new Problem("Lambda's runtime client runs on Linux only");
  }
  const missing = missingTools(env.PATH ?? '');
  if (missing.length === 0) return;
  throw new Problem(
    `Lambda's runtime client cannot be built without ${missing.join(', ')} (Debian, Ubuntu: apt install cmake g++ make python3)`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What npm has told the script that it runs us from would have it work in the project. */
function cleanEnv(env: NodeJS.ProcessEnv, work: string): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^npm_(package|lifecycle|config_local_prefix|config_nodedir|command$)/i.test(name),
  );
  return { ...Object.fromEntries(kept), npm_config_nodedir: join(work, 'package') };
}

async function runTool(props: {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly log: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { command, args, cwd, log, env, signal } = props;
  const output = openSync(log, 'a');
  const child = spawn(command, args, {
    cwd,
    env,
    // A group of its own: one signal ends the compilers too.
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const stop = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    signal.throwIfAborted();
    if (code !== 0) throw new Problem(`${command} ${args[0]} failed; ${log} says why`);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
