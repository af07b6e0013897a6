import type { Paint } from '../../terminal/paint.ts';
import type { Outcome } from '../api/outcome.ts';
import { safeLine } from './safe-line.ts';

function statusColor(statusCode: number): 'green' | 'yellow' | 'red' {
  if (statusCode < 400) return 'green';
  return statusCode < 500 ? 'yellow' : 'red';
}

/** The line that a developer sees of a request; nothing in it is a credential. */
export function requestLine(outcome: Outcome, paint: Paint): string {
  const { statusCode, method, path, client, decision, totalMs } = outcome;
  return [
    paint(statusColor(statusCode), String(statusCode)),
    paint('bold', safeLine(method).padEnd(4)),
    safeLine(path),
    paint('cyan', safeLine(client ?? '-')),
    decision,
    paint('dim', `${totalMs.toFixed(1)} ms`),
  ].join('  ');
}
