const WIDTH = 20;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * A bar for a number among others: as long as the screen has room for if it is the largest, and
 * never nothing for more than nothing.
 *
 * @param isTerminal in a pipe, where nobody knows what the reader can show, it is of number signs
 */
export function bar(value: number, largest: number, isTerminal: boolean): string {
  if (value <= 0 || largest <= 0) return '';
  const length = (value / largest) * WIDTH;
  if (!isTerminal) return '#'.repeat(Math.max(1, Math.round(length)));
  const eighths = Math.max(1, Math.round(length * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
