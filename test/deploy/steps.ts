import type { Writable } from 'node:stream';
import { startLiveLine } from '../../terminal/live-line.ts';
import { paintFor } from '../../terminal/paint.ts';

const REDRAW_MS = 500;

/** Does one step of the run and says so. */
export type Step = <T>(title: string, work: () => Promise<T>) => Promise<T>;

/**
 * Shows each step with the seconds it takes: while it runs, as one line that counts on a terminal
 * and is written once elsewhere; and when it is done.
 */
export function stepsOn(stdout: Writable & { readonly isTTY?: boolean }): Step {
  const paint = paintFor(stdout);
  return async (title, work) => {
    const start = performance.now();
    const text = () => {
      const seconds = ((performance.now() - start) / 1_000).toFixed(1).padStart(5);
      return `${title} ${paint('dim', `${seconds} s`)}`;
    };
    const line = stdout.isTTY ? startLiveLine(stdout, () => `  ${text()}`, REDRAW_MS) : undefined;
    if (line) line.draw();
    else stdout.write(`  ${title} …\n`);
    const end = (mark: string) => {
      line?.[Symbol.dispose]();
      stdout.write(`${mark} ${text()}\n`);
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
