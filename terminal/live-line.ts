import type { Writable } from 'node:stream';

const CLEAR_LINE = '\r\u001b[K';

/** One line of a terminal that is written over itself. Disposing it clears it. */
export interface LiveLine extends Disposable {
  /** Writes the line now. */
  readonly draw: () => void;
}

/**
 * Writes a line over itself again and again, until it is disposed.
 *
 * @param text what the line says after so many milliseconds; undefined leaves the terminal alone
 * @param every milliseconds from one writing to the next
 */
export function startLiveLine(
  terminal: Writable,
  text: (elapsed: number) => string | undefined,
  every: number,
): LiveLine {
  const start = performance.now();
  let isDrawn = false;
  const draw = () => {
    const line = text(performance.now() - start);
    if (line === undefined) return;
    terminal.write(`${CLEAR_LINE}${line}`);
    isDrawn = true;
  };
  const timer = setInterval(draw, every).unref();
  return {
    draw,
    [Symbol.dispose]() {
      clearInterval(timer);
      if (isDrawn) terminal.write(CLEAR_LINE);
    },
  };
}
