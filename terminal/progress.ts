import type { Writable } from 'node:stream';

const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const CLEAR_LINE = '\r\u001b[K';

/**
 * Shows on standard error, if it is a terminal, what is being waited for and for how long.
 *
 * @param delay milliseconds before it shows: what is quick needs no word
 */
export function startProgress(
  { stderr }: { readonly stderr: Writable & { readonly isTTY?: boolean } },
  label: string,
  delay: number = 2_000,
): Disposable {
  if (!stderr.isTTY) return { [Symbol.dispose]() {} };
  const start = performance.now();
  let frame = 0;
  const timer = setInterval(() => {
    const elapsed = performance.now() - start;
    if (elapsed < delay) return;
    const sign = frames.charAt(frame++ % frames.length);
    stderr.write(`${CLEAR_LINE}${sign} ${label} … ${Math.floor(elapsed / 1_000)} s`);
  }, 100);
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      if (frame > 0) stderr.write(CLEAR_LINE);
    },
  };
}
