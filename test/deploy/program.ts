import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../../terminal/problem.ts';

const GRACE_MS = 5_000;
const TAIL_LINES = 30;

/** How a program is started. */
export interface ProgramProps {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Where its output goes, beside what is there already. */
  readonly logFile: string;
}

/** A program that runs. */
export interface Program {
  /** The exit code; null if a signal ended it. */
  readonly ended: Promise<number | null>;
  /** Ends it and all that it started, and waits for it. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a program in a process group of its own: one id stops it together with what it started,
 * and a Ctrl-C in the terminal reaches us alone, so that things end in our order.
 */
export function start({ command, args, env, cwd, logFile }: ProgramProps): Program {
  const log = openSync(logFile, 'a');
  const child: ChildProcess = spawn(command, args, {
    env,
    cwd,
    detached: true,
    // Kept open: it ends when we do, whatever ends us.
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const kill = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The whole group is gone already.
    }
  };
  return {
    ended,
    stop: async () => {
      kill('SIGTERM');
      await Promise.race([ended.catch(() => null), delay(GRACE_MS, null, { ref: false })]);
      // Also what the program itself left behind.
      kill('SIGKILL');
      await ended.catch(() => null);
    },
  };
}

/**
 * Runs a program to its end, or stops it when the signal says so.
 *
 * @returns the exit code
 * @throws Problem if the signal stopped it
 */
export async function runProgram(props: ProgramProps, signal: AbortSignal): Promise<number | null> {
  refuseAborted(signal);
  const program = start(props);
  const stop = () => void program.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await program.ended;
  } finally {
    signal.removeEventListener('abort', stop);
    await program.stop();
    refuseAborted(signal);
  }
}

/**
 * Runs a program that has to succeed.
 *
 * @throws Problem with the end of the log, if it does not
 */
export async function runOrFail(props: ProgramProps, signal: AbortSignal): Promise<void> {
  const code = await runProgram(props, signal);
  if (code !== 0) throw new Problem(`exit code ${code}; ${logTail(props.logFile)}`);
}

/** The last lines of a log, and where the rest is. */
export function logTail(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES);
  return `the end of ${logFile}:\n${lines.map((line) => `    ${line}`).join('\n')}`;
}

function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new Problem('interrupted');
}
