import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../terminal/problem.ts';
import { type JestReport, resultsOf } from './jest-report.ts';
import { logTail, runProgram } from './program.ts';
import type { TestResult } from './verdict.ts';
import { ROOT, type Workspace } from './workspace.ts';

/** What the suites are run on. */
export interface SuiteProps {
  /** What they are run on, in words. */
  readonly run: string;
  /** The log and Jest's report, by a file name without its extension. */
  readonly name: string;
  /** The test files, from the project's folder. */
  readonly files: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Runs test files with Jest, one after the other.
 *
 * @throws Problem with the end of Jest's log, if it did not run every file
 */
export async function runSuites(
  { folder, env, logFile, signal }: Workspace,
  { run, name, files, variables }: SuiteProps,
): Promise<TestResult[]> {
  const reportFile = join(folder, `${name}.json`);
  const props = {
    command: process.execPath,
    args: [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(ROOT, 'node_modules/jest/bin/jest.js'),
      '--runInBand',
      '--json',
      `--outputFile=${reportFile}`,
      '--testMatch',
      ...files.map((file) => `**/${file}`),
    ],
    env: { ...env, NO_COLOR: '1', ...variables },
    cwd: ROOT,
    logFile: logFile(name),
  };
  await runProgram(props, signal);
  const report = readReport(reportFile);
  // Jest ignores a file that it does not find.
  if (report?.testResults.length !== files.length) {
    throw new Problem(`not every test file ran; ${logTail(props.logFile)}`);
  }
  return resultsOf(run, report);
}

function readReport(file: string): JestReport | undefined {
  if (!existsSync(file)) return undefined;
  return JSON.parse(readFileSync(file, 'utf8')) as JestReport;
}
