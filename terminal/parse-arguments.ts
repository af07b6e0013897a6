import type { Command, CommanderError } from 'commander';
import { Problem } from './problem.ts';

/**
 * Reads a command line without subcommands.
 *
 * @param argv the arguments after the program's name
 * @param write prints the help text
 * @returns undefined if it asks for help only
 * @throws Problem for an unknown flag or a wrong value; it names the help that lists the flags
 */
export function parseArguments<Options extends object>(
  program: Command,
  argv: readonly string[],
  write: (text: string) => void,
): Options | undefined {
  program
    .helpOption('--help', 'show this help')
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => undefined });
  try {
    return program.parse(argv, { from: 'user' }).opts<Options>();
  } catch (error) {
    const { exitCode, message: text } = error as CommanderError;
    if (exitCode === 0) return undefined;
    const message = text.replace(/^error: /, '').replace(/\.?$/, '.');
    throw new Problem(`${message} \`${program.name()} --help\` lists the flags.`);
  }
}
