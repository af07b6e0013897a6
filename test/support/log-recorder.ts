import type { Log } from '../../lambda/log.ts';

type Line = Readonly<Record<string, string | undefined>>;

/** A log that keeps its lines for a test to read. */
export function logRecorder(): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = [];
  return { lines, log: (level, fields) => lines.push({ level, ...fields }) };
}
