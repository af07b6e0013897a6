const WIDTH = 20;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * A bar for a number among others, in 20 columns for the largest. Any value above 0 shows at least a
 * sliver.
 *
 * @param isTerminal false draws number signs, which every reader of a pipe can show
 */
export function bar(value: number, largest: number, isTerminal: boolean): string {
  if (value <= 0 || largest <= 0) return '';
  const length = (value / largest) * WIDTH;
  if (!isTerminal) return '#'.repeat(Math.max(1, Math.round(length)));
  const eighths = Math.max(1, Math.round(length * 8));
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
