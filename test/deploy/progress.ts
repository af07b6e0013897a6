import type { WriteStream } from 'node:tty';
import { paintFor } from '../../terminal/paint.ts';

/** Does one step of the run and says so. */
export type Step = <T>(title: string, work: () => Promise<T>) => Promise<T>;

/**
 * Shows each step with the seconds it takes: while it runs, as one line that counts on a terminal
 * and is written once elsewhere; and when it is done.
 */
export function progressOn(stdout: NodeJS.WriteStream): Step {
  const paint = paintFor(stdout);
  const isTerminal = (stdout as Partial<WriteStream>).isTTY === true;
  return async (title, work) => {
    const start = performance.now();
    const seconds = () => ((performance.now() - start) / 1_000).toFixed(1).padStart(5);
    const running = () => stdout.write(`\r  ${title} ${paint('dim', `${seconds()} s`)}`);
    const timer = isTerminal ? setInterval(running, 500) : undefined;
    if (isTerminal) running();
    else stdout.write(`  ${title} …\n`);
    const end = (mark: string) => {
      clearInterval(timer);
      stdout.write(`${isTerminal ? '\r' : ''}${mark} ${title} ${paint('dim', `${seconds()} s`)}\n`);
    };
    try {
      const result = await work();
      end(paint('green', '✓'));
      return result;
    } catch (error) {
      end(paint('red', '✗'));
      throw error;
    }
  };
}
