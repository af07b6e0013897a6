import { PassThrough, Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import type { AwsOptions } from '../../../cli/aws/aws.ts';
import { main } from '../../../cli/main.ts';
import type { DeployedStack } from './deployed-stack.ts';

/** What a test may set. */
export interface RunOptions {
  readonly stdin?: string | readonly Buffer[];
  /** Which streams are terminals. */
  readonly terminals?: readonly ('stdin' | 'stdout' | 'stderr')[];
  readonly confirm?: boolean;
  /** What the operator types unseen. */
  readonly secret?: string;
  readonly env?: Record<string, string>;
}

/** How a command ended. */
export interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
  readonly questions: readonly string[];
  readonly awsOptions: readonly AwsOptions[];
  readonly waits: readonly number[];
}

/** A stream that keeps what is written to it, without colours. */
export function recorder(isTTY = false) {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    stream: Object.assign(stream, { isTTY }),
    text: () => stripVTControlCharacters(Buffer.concat(chunks).toString()),
  };
}

/** Every stream is a terminal. */
export const TERMINAL = ['stdin', 'stdout', 'stderr'] as const;

/** Runs a command of the CLI on a stack. */
export async function run(
  stack: DeployedStack,
  argv: readonly string[],
  { stdin = '', terminals = [], confirm = false, secret = '', env = {} }: RunOptions = {},
): Promise<Run> {
  const stdout = recorder(terminals.includes('stdout'));
  const stderr = recorder(terminals.includes('stderr'));
  const input = Readable.from(typeof stdin === 'string' ? [Buffer.from(stdin)] : stdin);
  const questions: string[] = [];
  const awsOptions: AwsOptions[] = [];
  const waits: number[] = [];
  const exitCode = await main(argv, {
    stdin: Object.assign(input, { isTTY: terminals.includes('stdin') }),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    now: () => stack.fake.time,
    wait: async (milliseconds) => waits.push(milliseconds),
    aws: (options) => {
      awsOptions.push(options);
      return stack;
    },
    ask: {
      async confirm(message) {
        questions.push(message);
        return confirm;
      },
      async secret(message) {
        questions.push(message);
        return secret;
      },
    },
  });
  return { exitCode, out: stdout.text(), err: stderr.text(), questions, awsOptions, waits };
}
