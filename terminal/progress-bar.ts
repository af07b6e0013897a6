import type { Writable } from 'node:stream';
import { type LiveLine, startLiveLine } from './live-line.ts';
import { paintFor } from './paint.ts';

const WIDTH = 24;
const REDRAW_MS = 250;

/** Shows how far a run has come. */
export interface Progress {
  /** Begins a part of so many steps; 0 for one whose steps cannot be counted. */
  readonly begin: (title: string, steps: number) => void;
  readonly step: () => void;
  readonly end: () => void;
}

/** A terminal, if it says so. */
type Output = Writable & { readonly isTTY?: boolean };

/** A bar for each part on a terminal; elsewhere, a line for each part. */
export function progressBar(stderr: Output): Progress {
  return newBar(stderr, { delay: 0, count: () => '' });
}

/**
 * A bar with a count of its steps, on a terminal only, and only for what takes a while.
 *
 * @param delay milliseconds before it shows
 */
export function countingBar(stderr: Output, delay: number = 2_000): Progress {
  if (!stderr.isTTY) return { begin() {}, step() {}, end() {} };
  return newBar(stderr, { delay, count: (done, steps) => `  ${done} of ${steps}` });
}

function newBar(
  stderr: Output,
  { delay, count }: { delay: number; count: (done: number, steps: number) => string },
): Progress {
  const paint = paintFor(stderr);
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1_000).toFixed(0).padStart(4)} s`;
  let part = { title: '', steps: 0 };
  let done = 0;
  let line: LiveLine | undefined;
  const text = (elapsed: number) => {
    if (elapsed < delay) return undefined;
    const share = part.steps === 0 ? 0 : Math.min(done / part.steps, 1);
    const full = Math.round(share * WIDTH);
    const bar = paint('green', '━'.repeat(full)) + paint('dim', '━'.repeat(WIDTH - full));
    return `${seconds()}  ${bar}  ${part.title}${count(done, part.steps)}`;
  };
  return {
    begin: (title, steps) => {
      part = { title, steps };
      done = 0;
      if (!stderr.isTTY) {
        stderr.write(`${seconds()}  ${title} …\n`);
        return;
      }
      line ??= startLiveLine(stderr, text, REDRAW_MS);
      line.draw();
    },
    step: () => {
      done++;
    },
    end: () => {
      line?.[Symbol.dispose]();
      line = undefined;
    },
  };
}
