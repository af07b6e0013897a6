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
  /** How it ended, and what it printed. Rejects with the signal's reason. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
  /** Ends it, and all that it has started. */
  stop(): void;
}

/** Whether a process may have a group of its own, to be ended with all that it has started. */
const hasGroups = process.platform !== 'win32';

/**
 * Ends an app, and all that it has started. Not by SIGTERM: an app that waits for it and then never ends what
 * it does, such as a loop, would go on for ever.
 *
 * @param child whose output has not ended: its command may have, before what it has started
 */
function kill(child: ChildProcess): void {
  const { pid, stdout, stderr } = child;
  try {
    if (hasGroups && pid !== undefined) process.kill(-pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // All of it has ended by now.
  }
  // What has left the group may hold them.
  stdout?.destroy();
  stderr?.destroy();
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
  let hasClosed = false;
  const stop = () => {
    if (!hasClosed) kill(child);
  };
  const abort = () => {
    stop();
    reject(signal.reason);
  };
  signal.addEventListener('abort', abort);
  child.on('error', reject);
  child.on('close', (code) => {
    hasClosed = true;
    signal.removeEventListener('abort', abort);
    resolve({ code, output: `${errors}\n${prints}` });
  });
  return { stdin: child.stdin, ended, stop };
}
