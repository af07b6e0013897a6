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

/** The programs that build and start it. */
const TOOLS = ['cmake', 'g++', 'make', 'python3', 'tar', 'taskset'];

/** Lambda's runtime client, and whether it has to be built first. */
export interface RuntimeClient {
  /** The module that Node.js runs a function with. */
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
 * The client that runs functions in Lambda itself. It is built from source on this machine and stays
 * out of the project's dependencies, in a cache folder.
 *
 * @param cache the folder that later runs use again
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
      // Without a package.json here, npm would install into the project around it.
      writeFileSync(
        join(work, 'package.json'),
        JSON.stringify({ private: true, allowScripts: { [PACKAGE]: true } }),
      );
      const log = join(cache, `${PACKAGE}.log`);
      rmSync(log, { force: true });
      const run = (command: string, ...args: string[]) =>
        runTool({ command, args, cwd: work, log, env: cleanEnv(env, work), signal });
      try {
        // Node.js's headers come from the npm registry, as everything else does.
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
 * The tools that a machine lacks.
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

/** Without the variables of the npm script around us, which would make npm work in the project. */
function cleanEnv(env: NodeJS.ProcessEnv, work: string): NodeJS.ProcessEnv {
  const others = Object.entries(env).filter(
    ([name]) => !/^npm_(package|lifecycle|config_local_prefix|config_nodedir|command$)/i.test(name),
  );
  return { ...Object.fromEntries(others), npm_config_nodedir: join(work, 'package') };
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
    // In a process group, one signal ends the compilers too.
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
