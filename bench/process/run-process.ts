import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Has a process of its own do a job: it gets the job as a message, and answers with the result. What
 * one contender does to a process, such as Powertools' async hooks, no other one feels.
 *
 * @param program the URL of what the process runs
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
