import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { type Paint, paintFor } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';
import { type Credentials, newCredentials } from './aws/credentials.ts';
import type { Options } from './cli/options.ts';
import { makePrivateFolder } from './private-folder.ts';

/** What the command uses of its process. */
export interface Io {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: NodeJS.ProcessEnv;
  /** The project's folder. */
  readonly cwd: string;
  /** Aborted when the developer stops the command. */
  readonly signal: AbortSignal;
}

/** Keeps data and secrets between starts; the project's .gitignore names it. */
const dataFolderName = '.local';

/** How one start prints, and where it keeps data. */
export interface Run {
  readonly options: Options;
  readonly io: Io;
  readonly region: string;
  readonly credentials: Credentials;
  /** Keeps data and secrets for the next start; undefined with `--memory`. */
  readonly dataFolder: string | undefined;
  /** Removed when the start ends. */
  readonly temporaryFolder: string;
  readonly paint: Paint;
  readonly print: (text: string) => void;
  readonly notice: (text: string) => void;
}

/**
 * Makes the folders of a start.
 *
 * @throws Problem when the data folder cannot be closed to others
 */
export function newRun(options: Options, io: Io): Run {
  const { env, stdout, cwd } = io;
  const dataFolder = options.memory ? undefined : join(cwd, dataFolderName);
  if (dataFolder !== undefined) makePrivateFolder(dataFolder);
  const paint = paintFor(stdout);
  const print = (text: string) => void stdout.write(`${text}\n`);
  return {
    options,
    io,
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1',
    credentials: newCredentials(),
    dataFolder,
    // Outside the project, so that functions cannot find its node_modules, which Lambda does not have.
    temporaryFolder: mkdtempSync(join(tmpdir(), 'local-gateway-')),
    paint,
    print,
    notice: (text) => print(paint('yellow', printable(text))),
  };
}
