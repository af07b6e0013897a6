import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import type { Mutant } from './verdict.ts';

const ROOT = join(import.meta.dirname, '../..');
export const LAMBDA = join(ROOT, 'lambda');

/**
 * Left out, with its tests, unless it is asked for by name. A property test decides it against an
 * enumeration of all requests, which takes seconds for each of some hundred mutants.
 */
export const SLOW_PART = 'contract/policy-proof';

type StrykerOptions = ConstructorParameters<typeof Stryker>[0];
type StrykerMutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/**
 * Runs every mutant of a folder or file of `lambda/` against the tests of its folder: what only a
 * neighbour's tests find is not found.
 *
 * @param part below `lambda/`, such as `token` or `contract/access/source.ts`
 * @throws whatever Stryker throws: the tests fail without a mutant, for example
 */
export async function runMutants(part: string): Promise<Mutant[]> {
  const results = await new Stryker(optionsFor(part)).runMutationTest();
  return results.map(toMutant);
}

function optionsFor(part: string): StrykerOptions {
  const [folder] = part.split('/');
  const isSlow = part.startsWith(SLOW_PART);
  return {
    mutate: [
      part.endsWith('.ts') ? `lambda/${part}` : `lambda/${part}/**/*.ts`,
      '!**/*.d.json.ts',
      ...(isSlow ? [] : [`!lambda/${SLOW_PART}/**`]),
    ],
    testRunner: 'jest',
    plugins: [import.meta.resolve('@stryker-mutator/jest-runner')],
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    coverageAnalysis: 'perTest',
    // The project's own configuration, but for these.
    jest: {
      projectType: 'custom',
      enableFindRelatedTests: true,
      config: {
        maxWorkers: 1,
        testMatch: [`<rootDir>/test/lambda/${folder}/**/*.test.ts`],
        testPathIgnorePatterns: isSlow ? [] : [`/test/lambda/${SLOW_PART}/`],
        setupFiles: ['<rootDir>/test/mutate/fixed-seed.ts'],
      },
    },
    // Nothing checks types here, and Stryker cannot read a tsconfig of TypeScript 7.
    disableTypeChecks: false,
    tsconfigFile: 'none.json',
    // A mutant that runs out of time counts as found: a busy machine must not find any.
    timeoutMS: 60_000,
    // A runner keeps the modules of every test that it ran: gigabytes after some hundred mutants.
    maxTestRunnerReuse: 100,
    tempDirName: '.cache/mutants',
    ignorePatterns: ['.local', '.cache', 'cdk.out', 'coverage', 'dist'],
    reporters: process.stdout.isTTY ? ['progress'] : [],
    logLevel: 'error',
  } as StrykerOptions;
}

function toMutant({ fileName, location, replacement, status }: StrykerMutant): Mutant {
  // Lines and columns count from 1.
  const { start, end } = location;
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  const before = lines[0]?.slice(0, start.column - 1) ?? '';
  const after = lines.at(-1)?.slice(end.column - 1) ?? '';
  return {
    file: relative(LAMBDA, fileName),
    line: start.line,
    from: onOneLine(lines.join('\n')),
    to: onOneLine(before + replacement + after),
    outcome:
      status === 'Killed' || status === 'Timeout'
        ? 'found'
        : status === 'Survived' || status === 'NoCoverage'
          ? 'survived'
          : 'did not run',
  };
}

function onOneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
