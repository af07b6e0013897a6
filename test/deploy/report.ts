import { paintFor } from '../../terminal/paint.ts';
import type { Judged } from './verdict.ts';

const REASON_LINES = 15;

/**
 * Writes every test by name, below what it was run on, with what it measured and the reason if it did
 * not pass, and the numbers as the last line.
 */
export function report(results: readonly Judged[], stdout: NodeJS.WriteStream): void {
  const paint = paintFor(stdout);
  const marks = {
    passed: paint('green', '✓'),
    failed: paint('red', '✗'),
    skipped: paint('yellow', '-'),
  };
  const count = (outcome: Judged['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  const runs = [...new Set(results.map(({ run }) => run))];
  const lines = runs.flatMap((run) => [
    '',
    paint('bold', run),
    ...results
      .filter((result) => result.run === run)
      .map(({ name, outcome, reason, note }) => {
        const measured = note === undefined ? '' : paint('dim', ` (${note})`);
        return `${marks[outcome]} ${name}${measured}${indented(reason)}`;
      }),
  ]);
  const numbers = `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`;
  stdout.write(`${[...lines, '', numbers].join('\n')}\n`);
}

function indented(reason: string): string {
  const lines = reason === '' ? [] : reason.split('\n').slice(0, REASON_LINES);
  return lines.map((line) => `\n      ${line}`).join('');
}
