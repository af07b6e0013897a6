import { accessSync, constants } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseArguments } from '../terminal/parse-arguments.ts';
import { type SuiteGroup, suiteGroups } from './suites/suite.ts';

/** What the command line asks for. */
export interface Options {
  readonly quick: boolean;
  readonly check: boolean;
  readonly json?: string;
  /** What to measure; left out, everything. */
  readonly only?: readonly SuiteGroup[];
}

const AFTER_HELP = `
A full run writes its figures to docs/benchmarks/. A run with --quick or --only writes no document.

Exit codes:
  0  done; with --check: no target is missed
  1  with --check: a target is missed; or the run failed
  2  the command line is wrong; or the run says nothing: a contender differs from itself by more
     than 5 %, or, with --check, something that has a target could not be measured

A target is missed if the whole 95 % interval is outside of it. If the estimate alone is outside,
the target is shown as unclear: measure longer, without --quick.`;

/**
 * Reads the command line.
 *
 * @param argv the arguments after the program's name
 * @param write prints the help text
 * @returns undefined when only help was asked for
 * @throws Problem for an unknown flag or a value that does not fit
 */
export function parseOptions(
  argv: readonly string[],
  write: (text: string) => void,
): Options | undefined {
  const program = new Command('npm run bench --')
    .description(
      'Compares the authorizer with an empty function and with what people use instead, in ratios.',
    )
    .option('--quick', 'fewer laps: about a minute instead of several', false)
    .option('--check', 'hold the figures to their targets', false)
    .option('--json <file>', 'write all figures to a JSON file', jsonFile)
    .addOption(new Option('--only <groups...>', 'measure only some of them').choices(suiteGroups))
    .addHelpText('after', AFTER_HELP);
  return parseArguments(program, argv, write);
}

/** Checks the file's folder before the run, not minutes later. */
function jsonFile(file: string): string {
  if (file === '' || file.startsWith('-')) {
    throw new InvalidArgumentError('It must be the name of a file');
  }
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch {
    throw new InvalidArgumentError('Its folder must be there, and writable');
  }
  return file;
}
