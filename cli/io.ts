import type { Readable, Writable } from 'node:stream';
import type { Ask } from '../terminal/ask.ts';
import type { Aws, AwsOptions } from './aws/aws.ts';

/** A stream that may be a terminal. */
interface Terminal {
  readonly isTTY?: boolean;
}

/** Everything outside the process that a command uses. */
export interface Io {
  readonly stdin: Readable & Terminal;
  readonly stdout: Writable & Terminal;
  readonly stderr: Writable & Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Waits so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
  readonly aws: (options: AwsOptions) => Aws;
  readonly ask: Ask;
}
