import { existsSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../terminal/problem.ts';
import { readAppFile } from './app-file.ts';
import { findAssemblyError } from './assembly.ts';
import { errorLine } from './error-line.ts';
import { errorPlace } from './error-place.ts';
import { type AppRun, type RunningApp, runApp } from './run-app.ts';

/** What went wrong, after where. */
function placedErrorLine(output: string, folder: string): string | undefined {
  const line = errorLine(output);
  const place = errorPlace(output, realpathSync(folder));
  return line === undefined || place === undefined ? line : `${place}: ${line}`;
}

/**
 * Checks what an app has left in its output folder.
 *
 * @throws Problem when the app failed, or its constructs or policy validations report an error
 */
export function checkSynthesis(
  command: string,
  { projectFolder, outputFolder }: AppRun,
  { code, output }: Awaited<RunningApp['ended']>,
): void {
  const reported = findAssemblyError(outputFolder);
  const failed = code !== 0 || !existsSync(join(outputFolder, 'manifest.json'));
  if (!failed && reported === undefined) return;
  const reason =
    reported ?? placedErrorLine(output, projectFolder) ?? `\`${command}\` ended with code ${code}`;
  throw new Problem(`Synthesis failed: ${reason} (run \`npx cdk synth\` for all of it)`);
}

/**
 * Runs the app of `cdk.json` as the CDK CLI does, and leaves its cloud assembly in a folder.
 *
 * @throws Problem when the app fails, or its constructs or policy validations report an error
 */
export async function synthesize(run: AppRun): Promise<void> {
  const app = readAppFile(run.projectFolder);
  // An older report or manifest would be taken for this synthesis's.
  rmSync(run.outputFolder, { recursive: true, force: true });
  checkSynthesis(app.command, run, await runApp(app, run).ended);
}
