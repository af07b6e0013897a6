import { spawn } from 'node:child_process';
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Problem } from '../../terminal/problem.ts';
import { readAppFile } from './app-file.ts';
import { findAssemblyError } from './assembly.ts';
import { errorLine } from './error-line.ts';
import { errorPlace } from './error-place.ts';

/** Runs a command to its end, and collects what it prints. */
function run(
  command: string,
  options: { cwd: string; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<{ code: number | null; output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    code: number | null;
    output: string;
  }>();
  // A shell, because `app` is a shell command, as for the CDK CLI.
  const child = spawn(command, { ...options, shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  let prints = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    prints += chunk.toString();
  });
  child.on('error', reject);
  child.on('close', (code) => resolve({ code, output: `${errors}\n${prints}` }));
  return promise;
}

/** What went wrong, after where. */
function placedErrorLine(output: string, folder: string): string | undefined {
  const line = errorLine(output);
  const place = errorPlace(output, realpathSync(folder));
  return line === undefined || place === undefined ? line : `${place}: ${line}`;
}

/**
 * Runs the app of `cdk.json` as the CDK CLI does, and leaves its cloud assembly in a folder.
 *
 * Source: the CDK CLI's contract with apps, `CDK_OUTDIR` and `CDK_CONTEXT_JSON`.
 *
 * @throws Problem when the app fails, or its constructs or policy validations report an error
 */
export async function synthesize(options: {
  readonly projectFolder: string;
  readonly outputFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { projectFolder, outputFolder, env, signal } = options;
  const { command, context } = readAppFile(projectFolder);
  // An older report or manifest would be taken for this synthesis's.
  rmSync(outputFolder, { recursive: true, force: true });
  const { code, output } = await run(command, {
    cwd: projectFolder,
    signal,
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
  const reported = findAssemblyError(outputFolder);
  const failed = code !== 0 || !existsSync(join(outputFolder, 'manifest.json'));
  if (!failed && reported === undefined) return;
  const reason =
    reported ?? placedErrorLine(output, projectFolder) ?? `\`${command}\` ended with code ${code}`;
  throw new Problem(`Synthesis failed: ${reason} (run \`npx cdk synth\` for all of it)`);
}
