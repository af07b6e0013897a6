import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { lambdaEnvironment } from '../lambda-environment.ts';
import { cpuMilliseconds, residentBytes } from './process-usage.ts';
import { startRuntimeApi } from './runtime-api.ts';

/** A function that runs under Lambda's runtime client. */
export interface FunctionProcess {
  /** The processor time that it has used, in milliseconds. */
  readonly cpu: () => number;
  /** Its resident memory, in bytes. */
  readonly rss: () => number;
  /**
   * Sends it an event, and waits until it asks for the next one.
   *
   * @throws Error if it answers with an error
   */
  readonly invoke: (event: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** What a function is made of. */
export interface FunctionSource {
  /** The folder with `index.mjs`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

const MAX_START_MS = 20_000;
const MAX_STDERR = 2_000;

/**
 * Starts a function under the runtime client, and waits until it asks for its first event.
 *
 * @param client the runtime client's `index.mjs`
 * @throws Error with what the function wrote to standard error, if it does not start
 */
export async function startFunction(
  client: string,
  { folder, environment }: FunctionSource,
): Promise<FunctionProcess> {
  const api = await startRuntimeApi();
  const child = spawn(
    'taskset',
    ['-c', lastProcessor(), process.execPath, client, 'index.handler'],
    {
      cwd: folder,
      env: {
        ...lambdaEnvironment(folder),
        ...environment,
        AWS_LAMBDA_RUNTIME_API: api.address,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const exited = once(child, 'exit');
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk.toString()}`.slice(-MAX_STDERR);
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    api.stop();
  };
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('it did not start in time')), MAX_START_MS);
  try {
    const early = exited.then(() => Promise.reject(new Error('it ended')));
    early.catch(() => undefined);
    await Promise.race([api.idle(), tooLate, early]);
  } catch (error) {
    await stop();
    throw new Error(`${folder}: ${(error as Error).message}\n${errors}`);
  } finally {
    clearTimeout(timer);
  }
  const pid = child.pid as number;
  return {
    cpu: () => cpuMilliseconds(pid),
    rss: () => residentBytes(pid),
    invoke: async (event) => {
      const { ok, body } = await api.invoke(event);
      if (!ok) throw new Error(`${folder}: ${body}`);
      await api.idle();
    },
    stop,
  };
}

/**
 * The last processor that this process may use, for functions to run on. Lambda gives ours less than
 * one processor, and a thread that moves to another finds cold caches there.
 */
function lastProcessor(): string {
  const status = readFileSync('/proc/self/status', 'utf8');
  return status.match(/^Cpus_allowed_list:.*?(\d+)$/m)?.[1] ?? '0';
}
