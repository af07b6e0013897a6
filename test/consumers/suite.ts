import { paintFor } from '../../terminal/paint.ts';
import { messageOf } from '../../terminal/problem.ts';
import { type Consumer, newConsumer } from './consumer.ts';

/** An app of somebody else, and what has to work in it. */
export interface ConsumerApp {
  readonly name: string;
  /** Whether it takes the wheel for Python, which takes half a minute to make. */
  readonly needsWheel?: boolean;
  readonly run: (consumer: Consumer) => Promise<void>;
}

/** Where the suite runs, and who is told. */
export interface SuiteProps {
  /** The repository's folder. */
  readonly root: string;
  /** Where the apps are made; the packages are in `packages` of it. */
  readonly folder: string;
  readonly stdout: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** Runs apps and counts their checks. */
export interface Suite {
  /** Does what has to work, and prints one line; `undefined` if it did not work. */
  readonly check: <T>(app: string, title: string, work: () => Promise<T>) => Promise<T | undefined>;
  readonly run: (app: ConsumerApp) => Promise<void>;
  /** Prints the closing line, and returns the exit code. */
  readonly close: () => number;
}

/** A suite without any check so far. */
export function newSuite({ root, folder, stdout, signal }: SuiteProps): Suite {
  const paint = paintFor(stdout);
  let passed = 0;
  let failed = 0;

  // On a terminal, what runs now is shown on the line that its outcome takes.
  const begin = (text: string) => stdout.isTTY && stdout.write(`  ${text} …\r`);
  const line = (mark: string, text: string, start: number) => {
    const seconds = ((performance.now() - start) / 1_000).toFixed(1);
    stdout.write(`${mark} ${text} ${paint('dim', `${seconds} s`)}\n`);
  };
  const fail = (title: string, error: unknown, start: number) => {
    failed += 1;
    line(paint('red', '✗'), title, start);
    stdout.write(`${messageOf(error).replace(/^/gm, '    ')}\n`);
  };
  const check: Suite['check'] = async (app, title, work) => {
    const start = performance.now();
    begin(`${app}: ${title}`);
    try {
      const result = await work();
      passed += 1;
      line(paint('green', '✓'), `${app}: ${title}`, start);
      return result;
    } catch (error) {
      fail(`${app}: ${title}`, error, start);
      return undefined;
    }
  };
  return {
    check,
    run: async ({ name, run }) => {
      const start = performance.now();
      begin(`${name}: is made ready`);
      const note = (text: string) => stdout.write(`  ${name}: ${text}\n`);
      const consumer = newConsumer({ root, folder, name, signal, check, note });
      try {
        await run(consumer);
      } catch (error) {
        fail(`${name}: is ready`, error, start);
      } finally {
        await consumer.stop();
      }
    },
    close: () => {
      stdout.write(`${passed} passed, ${failed} failed\n`);
      return failed === 0 && passed > 0 ? 0 : 1;
    },
  };
}
