import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Problem } from '../../terminal/problem.ts';
import { isolatedEnv, ROOT, type Workspace } from './workspace.ts';

/** How one run of the operator's command line ended. */
export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An operator at the command line. */
export interface Operator {
  /** Runs a command to its end; `stdin` is what is piped into it. */
  readonly run: (args: readonly string[], stdin?: string) => Promise<Ran>;
  /**
   * Runs a command that has to succeed, and parses its answer.
   *
   * @throws Problem with what it says, if it fails
   */
  readonly ask: <T>(args: readonly string[], stdin?: string) => Promise<T>;
  /** A client's current token, as `show` prints it; `stack` only where several have clients. */
  readonly show: (clientName: string, stack?: string) => Promise<string>;
  /** Every token that `show` has printed. */
  readonly printedTokens: ReadonlySet<string>;
}

/** `npm run tokens` as an operator runs it, on one MiniStack. */
export function operatorOf(workspace: Workspace, endpoint: string): Operator {
  const env = isolatedEnv(workspace, endpoint);
  const run: Operator['run'] = async (args, stdin = '') => {
    const child = spawn(process.execPath, ['bin/tokens.ts', ...args], { cwd: ROOT, env });
    const stop = () => child.kill('SIGKILL');
    workspace.signal.addEventListener('abort', stop, { once: true });
    // A command that reads nothing may have ended before this is written.
    child.stdin.on('error', () => undefined).end(stdin);
    const [stdout, stderr, [exitCode]] = await Promise.all([
      child.stdout.toArray(),
      child.stderr.toArray(),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    workspace.signal.removeEventListener('abort', stop);
    if (workspace.signal.aborted) throw new Problem('interrupted');
    return { exitCode, stdout: stdout.join(''), stderr: stderr.join('') };
  };
  const succeed = async (args: readonly string[], stdin?: string) => {
    const { exitCode, stdout, stderr } = await run(args, stdin);
    // Standard output may be a token: keep it out of the message.
    if (exitCode !== 0) throw new Problem(`tokens ${args.join(' ')}: ${stderr.trim()}`);
    return stdout;
  };
  const printedTokens = new Set<string>();
  return {
    run,
    printedTokens,
    ask: async <T>(args: readonly string[], stdin?: string) =>
      JSON.parse(await succeed([...args, '--json'], stdin)) as T,
    show: async (clientName, stack) => {
      const options = stack === undefined ? [] : ['--stack', stack];
      const token = (await succeed(['show', clientName, ...options])).trimEnd();
      printedTokens.add(token);
      return token;
    },
  };
}
