import { Command, InvalidArgumentError, Option } from 'commander';
import { COMMANDS } from '../../terminal/command-names.ts';
import { parseArguments } from '../../terminal/parse-arguments.ts';

/** What the command line asks for. */
export interface Options {
  /** The port of the first API; the others take those after it. */
  readonly port: number;
  /** The stacks whose APIs are served; empty for all. */
  readonly stack: readonly string[];
  readonly outputsFile?: string;
  readonly memory: boolean;
  readonly stats: boolean;
  readonly watch: boolean;
}

const defaultPort = 3000;
const maxPort = 65_535;

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= maxPort) return port;
  throw new InvalidArgumentError(`A port is a number from 0 to ${maxPort}.`);
}

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
  const program = new Command(COMMANDS.gateway)
    .description(
      'Serves the REST APIs of the synthesized app on 127.0.0.1 as API Gateway and Lambda would, DynamoDB included; /_console shows what they do.',
    )
    .option(
      '--port <number>',
      'port of the first API, the others take the next ones; 0 takes free ones',
      parsePort,
      defaultPort,
    )
    .addOption(
      new Option('--stack <name>', 'serve the APIs of this stack only; may be repeated')
        .argParser((name: string, names: readonly string[]) => [...names, name])
        .default([], 'all'),
    )
    .option('--outputs-file <file>', 'write the URLs and the API tokens to a JSON file (mode 0600)')
    .option('--memory', 'keep no data and no secrets between starts', false)
    .option('--watch', "serve each change of the project's files within seconds", false)
    .option('--stats', 'print how the requests were served when it ends', false);
  return parseArguments(program, argv, write);
}
