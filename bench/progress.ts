import { paintFor } from '../terminal/paint.ts';

const WIDTH = 24;
const REDRAW_MS = 250;
const CLEAR_LINE = '\r\u001b[K';

/** Shows how far a run has come. */
export interface Progress {
  /** Begins a part of so many steps; 0 for one that cannot be counted. */
  readonly begin: (title: string, steps: number) => void;
  readonly step: () => void;
  readonly end: () => void;
}

/** A bar for each part on a terminal; elsewhere, a line for each part. */
export function progressOn(stderr: NodeJS.WriteStream): Progress {
  const paint = paintFor(stderr);
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1_000).toFixed(0).padStart(4)} s`;
  let title = '';
  let steps = 0;
  let done = 0;
  const draw = () => {
    const share = steps === 0 ? 0 : Math.min(done / steps, 1);
    const full = Math.round(share * WIDTH);
    const bar = paint('green', '━'.repeat(full)) + paint('dim', '━'.repeat(WIDTH - full));
    stderr.write(`${CLEAR_LINE}${seconds()}  ${bar}  ${title}`);
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    begin: (newTitle, newSteps) => {
      title = newTitle;
      steps = newSteps;
      done = 0;
      if (!stderr.isTTY) {
        stderr.write(`${seconds()}  ${title} …\n`);
        return;
      }
      draw();
      timer ??= setInterval(draw, REDRAW_MS).unref();
    },
    step: () => {
      done++;
    },
    end: () => {
      clearInterval(timer);
      if (stderr.isTTY) stderr.write(CLEAR_LINE);
    },
  };
}
