import type { Writable } from 'node:stream';
import { paintFor } from '../terminal/paint.ts';
import { printable } from '../terminal/printable.ts';
import { messageOf, Problem } from '../terminal/problem.ts';

/** Writes one line that says what went wrong. */
export function reportProblem(stderr: Writable, error: unknown): void {
  const text = error instanceof Problem ? error.message : `Unexpected: ${messageOf(error)}`;
  stderr.write(`${paintFor(stderr)('red', 'error:')} ${printable(text)}\n`);
}
