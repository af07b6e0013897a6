import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a job in a new process, which gets it as a message and answers with the result. So what one
 * contender does to its process, such as Powertools' async hooks, cannot slow another.
 *
 * @param program the URL of the process's module
 * @throws Error if the process ends without a result
 */
export async function runInProcess<Job extends object, Result>(
  program: string,
  job: Job,
  options: {
    readonly env: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
    readonly flags?: readonly string[];
  },
): Promise<Result> {
  const { env, signal, flags = [] } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const child = fork(fileURLToPath(program), {
    env,
    signal,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: ['--disable-warning=ExperimentalWarning', ...flags],
  });
  child.on('message', (result) => resolve(result as Result));
  child.on('error', reject);
  child.on('exit', (code) => reject(new Error(`${program} ended with code ${code}`)));
  child.send(job);
  return promise;
}
