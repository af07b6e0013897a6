import type { Paint } from '../../terminal/paint.ts';
import { printable } from '../../terminal/printable.ts';
import type { Outcome } from '../api/outcome.ts';
import { knownMethod } from '../known-method.ts';

function statusColor(statusCode: number): 'green' | 'yellow' | 'red' {
  if (statusCode < 400) return 'green';
  return statusCode < 500 ? 'yellow' : 'red';
}

/** The line that a developer sees of a request; nothing in it is a credential. */
export function requestLine(outcome: Outcome, paint: Paint): string {
  const { label, statusCode, method, path, client, decision, totalMs } = outcome;
  return [
    paint(statusColor(statusCode), String(statusCode)),
    paint('bold', knownMethod(method).padEnd(4)),
    ...(label === undefined ? [] : [paint('bold', printable(label))]),
    printable(path),
    paint('cyan', printable(client ?? '-')),
    decision,
    paint('dim', `${totalMs.toFixed(1)} ms`),
  ].join('  ');
}
