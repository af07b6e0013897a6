import { Command, InvalidArgumentError } from 'commander';
import { parseArguments } from '../../terminal/parse-arguments.ts';

/** What the command line asks for. */
export interface StartOptions {
  /** What the working tree is compared with. */
  readonly commit: string;
  readonly rounds: number;
  readonly testRounds: number;
}

const AFTER_HELP = `
Starts the working tree (with empty caches, and again with full ones) and the commit in turns, in
another order each round. A ratio below 1 means that the working tree takes less. Processor time is
that of all processes until they have ended; on a busy machine it says more than wall time does.`;

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('It must be 0 or more');
  return value;
}

/**
 * Reads the command line.
 *
 * @param argv the arguments after the program's name
 * @param write prints the help text
 * @returns undefined when only help was asked for
 * @throws Problem for an unknown flag, a value that does not fit, or without a commit
 */
export function parseStartOptions(
  argv: readonly string[],
  write: (text: string) => void,
): StartOptions | undefined {
  const program = new Command('npm run bench:start --')
    .description('Compares how long `npm start` takes to be ready with what it took at a commit.')
    .argument('<commit>', 'what to compare the working tree with, such as HEAD~1')
    .option('--rounds <n>', 'how often each is started', count, 7)
    .option('--tests <n>', 'how often `npm test` runs, too', count, 0)
    .addHelpText('after', AFTER_HELP);
  const options = parseArguments<{ rounds: number; tests: number }>(program, argv, write);
  if (options === undefined) return undefined;
  const [commit = ''] = program.args;
  return { commit, rounds: options.rounds, testRounds: options.tests };
}
