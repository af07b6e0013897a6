import type { Writable } from 'node:stream';
import { startLiveLine } from './live-line.ts';

const FRAMES = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const FRAME_MS = 100;

/**
 * Shows on standard error, if it is a terminal, what the command waits for and for how long.
 *
 * @param label a function is asked each time
 * @param delay milliseconds before it shows: a short wait needs no word
 */
export function startSpinner(
  { stderr }: { readonly stderr: Writable & { readonly isTTY?: boolean } },
  label: string | (() => string),
  delay: number = 2_000,
): Disposable {
  if (!stderr.isTTY) return { [Symbol.dispose]() {} };
  let frame = 0;
  const text = (elapsed: number) => {
    if (elapsed < delay) return undefined;
    const sign = FRAMES.charAt(frame++ % FRAMES.length);
    const text = typeof label === 'string' ? label : label();
    return `${sign} ${text} … ${Math.floor(elapsed / 1_000)} s`;
  };
  return startLiveLine(stderr, text, FRAME_MS);
}
