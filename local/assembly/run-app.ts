import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import type { Writable } from 'node:stream';
import type { AppFile } from './app-file.ts';
import { KeptOutput } from './kept-output.ts';

/** How an app is run. */
export interface AppRun {
  readonly projectFolder: string;
  /** Where it leaves its cloud assembly. */
  readonly outputFolder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted to end it. */
  readonly signal: AbortSignal;
}

/** An app's process, which runs. */
export interface RunningApp {
  readonly stdin: Writable | null;
  /** How it ended, and what it printed. Rejects with the reason of a signal that has ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
  /** Ends it, and all that it has started, within a second or so: by force if it does not want to. */
  stop(): void;
}

/** Whether a process may have a group of its own, to be ended with all that it has started. */
const hasGroups = process.platform !== 'win32';

/** How long an app may go on after it was told to end, in milliseconds. */
const graceMs = 1_000;

function kill(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (!hasGroups) {
    child.kill(signal);
    return;
  }
  try {
    // Also when its first process, a shell, has ended before the others.
    process.kill(-pid, signal);
  } catch {
    // It has ended, and this process has not heard of it yet.
  }
}

/**
 * Runs an app as the CDK CLI does.
 *
 * Source: the CDK CLI's contract with apps, `CDK_OUTDIR` and `CDK_CONTEXT_JSON`.
 */
export function runApp(
  { command, context }: AppFile,
  { projectFolder, outputFolder, env, signal }: AppRun,
  stdin: 'ignore' | 'pipe' = 'ignore',
): RunningApp {
  signal.throwIfAborted();
  const child = spawn(command, {
    cwd: projectFolder,
    detached: hasGroups,
    // `app` is a shell command, as for the CDK CLI.
    shell: true,
    stdio: [stdin, 'pipe', 'pipe'],
    env: {
      ...env,
      // The app runs on this process's Node.js, whichever one PATH finds first.
      PATH: [dirname(process.execPath), env.PATH ?? ''].join(delimiter),
      CDK_OUTDIR: outputFolder,
      // The CDK CLI's own setting is part of it, so that the template is the one that it would deploy.
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': ['**'] }),
      // CDK's template validator takes most of the time; `cdk synth` and `cdk deploy` run it.
      CDK_VALIDATION: 'false',
    },
  });
  const { promise: ended, resolve, reject } = Promise.withResolvers<Awaited<RunningApp['ended']>>();
  const errors = new KeptOutput();
  const prints = new KeptOutput();
  child.stderr?.on('data', (chunk: Buffer) => errors.add(chunk));
  child.stdout?.on('data', (chunk: Buffer) => prints.add(chunk));
  let isClosed = false;
  let deadline: NodeJS.Timeout | undefined;
  const stop = () => {
    if (isClosed || deadline !== undefined) return;
    kill(child, 'SIGTERM');
    deadline = setTimeout(() => {
      kill(child, 'SIGKILL');
      // What has left the group may hold them open.
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    }, graceMs);
  };
  signal.addEventListener('abort', stop);
  child.on('error', reject);
  child.on('close', (code) => {
    isClosed = true;
    if (deadline !== undefined) {
      clearTimeout(deadline);
      // Others of the group may print elsewhere, and go on.
      kill(child, 'SIGKILL');
    }
    signal.removeEventListener('abort', stop);
    if (signal.aborted) reject(signal.reason);
    else resolve({ code, output: `${errors.text()}\n${prints.text()}` });
  });
  return { stdin: child.stdin, ended, stop };
}
