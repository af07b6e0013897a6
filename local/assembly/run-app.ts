import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import type { Writable } from 'node:stream';
import type { AppFile } from './app-file.ts';

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
  /** How it ended, and what it printed. Rejects with the signal's reason. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
  /** Ends it, and all that it has started. */
  stop(): void;
}

/** Whether a process may have a group of its own, to be ended with all that it has started. */
const hasGroups = process.platform !== 'win32';

function kill(child: ChildProcess): void {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  if (!hasGroups) {
    child.kill();
    return;
  }
  try {
    process.kill(-pid, 'SIGTERM');
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
  let errors = '';
  let prints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    prints += chunk.toString();
  });
  const abort = () => {
    kill(child);
    reject(signal.reason);
  };
  signal.addEventListener('abort', abort);
  child.on('error', reject);
  child.on('close', (code) => {
    signal.removeEventListener('abort', abort);
    resolve({ code, output: `${errors}\n${prints}` });
  });
  return { stdin: child.stdin, ended, stop: () => kill(child) };
}
