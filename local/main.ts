import { parseOptions } from './cli/options.ts';
import { reportProblem } from './report-problem.ts';
import type { Io } from './run.ts';
import { serve } from './serve.ts';

/**
 * `npm start`: synthesizes the app and serves it until the signal.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code: 1 after a problem, which it writes to stderr in one line
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = parseOptions(argv, (text) => io.stdout.write(text));
    if (options !== undefined) await serve(options, io);
    return 0;
  } catch (error) {
    if (io.signal.aborted) return 0;
    reportProblem(io.stderr, error);
    return 1;
  }
}
