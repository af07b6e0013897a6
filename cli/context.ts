import { COMMANDS } from '../terminal/command-names.ts';
import { Problem, UsageProblem } from '../terminal/problem.ts';
import type { Aws } from './aws/aws.ts';
import type { Io } from './io.ts';

/** The options that every command takes. */
export interface GlobalOptions {
  readonly stack?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly json?: boolean;
}

/** What every command gets. */
export interface Context {
  readonly io: Io;
  readonly aws: Aws;
  /** The stack that the command line names; undefined for the only one that has clients. */
  readonly stack: string | undefined;
  /** Whether to answer in JSON. */
  readonly isJson: boolean;
  /** Writes an answer to standard output: as JSON, or the lines for people. */
  readonly answer: (value: object, lines: readonly string[]) => void;
  /** Writes a line for people to standard error. */
  readonly hint: (line: string) => void;
  /** The command line of a next step, with this run's stack, profile and region. */
  readonly commandLine: (command: string) => string;
}

/** Makes the context of a command from its global options. */
export function newContext(io: Io, options: GlobalOptions): Context {
  const { stack, profile, region, json: isJson = false } = options;
  const { AWS_REGION, AWS_DEFAULT_REGION } = io.env;
  const sameStack = [
    ...(stack === undefined ? [] : ['--stack', stack]),
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(region === undefined ? [] : ['--region', region]),
  ];
  return {
    io,
    // The AWS CLI reads AWS_DEFAULT_REGION, the SDK does not.
    aws: io.aws({ profile, region: region ?? AWS_REGION ?? AWS_DEFAULT_REGION }),
    stack,
    isJson,
    answer(value, lines) {
      const text = isJson ? JSON.stringify(value, null, 2) : lines.join('\n');
      io.stdout.write(`${text}\n`);
    },
    hint: (line) => io.stderr.write(`${line}\n`),
    commandLine: (command) => [COMMANDS.tokens, command, ...sameStack].join(' '),
  };
}

/**
 * Asks the operator to agree.
 *
 * @throws UsageProblem if there is no terminal to ask at; Problem if the answer is no
 */
export async function requireYes(
  { stdin, stderr, ask }: Io,
  question: string,
  isYes: boolean | undefined,
): Promise<void> {
  if (isYes) return;
  if (!stdin.isTTY || !stderr.isTTY) {
    throw new UsageProblem(`There is no terminal to ask at: "${question}" Add --yes to say yes.`);
  }
  if (!(await ask.confirm(question))) throw new Problem('Nothing was done.');
}
