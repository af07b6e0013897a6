import { CommanderError } from 'commander';
import { paintFor } from '../terminal/paint.ts';
import { oneLine } from '../terminal/printable.ts';
import { Problem } from '../terminal/problem.ts';
import type { Io } from './io.ts';
import { newProgram, usageProblem } from './program.ts';

/**
 * `npm run tokens`: runs one command.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code: 0 done, 1 refused or failed, 2 a wrong command line. For 1 and 2, one line
 *   on standard error says why.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const program = newProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // Without a command: the help is on standard error already.
    if (error instanceof CommanderError && error.code === 'commander.help') return 2;
    const problem = error instanceof CommanderError ? usageProblem(error) : error;
    const isKnown = problem instanceof Problem;
    const text = isKnown ? problem.message : `Unexpected: ${String(problem)}`;
    io.stderr.write(`${paintFor(io.stderr)('red', 'error:')} ${oneLine(text)}\n`);
    return isKnown ? problem.exitCode : 1;
  }
}
