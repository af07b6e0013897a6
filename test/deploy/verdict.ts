import type { Skips } from './skips.ts';

/** How a test ended. */
export interface TestResult {
  /** What it was run on. */
  readonly run: string;
  /** The names of its `describe` blocks and its own. */
  readonly name: string;
  readonly passed: boolean;
  /** Why it did not pass. */
  readonly message?: string;
  /** What was measured. */
  readonly note?: string;
}

/** A result, and what it means. */
export interface Judged {
  readonly run: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it did not pass; empty if it did. */
  readonly reason: string;
  /** What was measured. */
  readonly note?: string;
}

/**
 * Compares results with the list of skips. Three things fail: a test that fails and is not listed, a
 * listed test that passes, and a listed name that no test has.
 */
export function judge(results: readonly TestResult[], skips: Skips): Judged[] {
  const unknown = Object.keys(skips)
    .filter((name) => results.every((result) => result.name !== name))
    .map((name) => ({
      run: 'the list of skips',
      name,
      outcome: 'failed' as const,
      reason: 'no test has this name',
    }));
  const judged = results.map((result) => ({
    ...judgeOne(result, skips),
    ...(result.note !== undefined && { note: result.note }),
  }));
  return [...judged, ...unknown];
}

function judgeOne({ run, name, passed, message }: TestResult, skips: Skips): Judged {
  const skip = Object.hasOwn(skips, name) ? skips[name] : undefined;
  if (skip === undefined) {
    return passed
      ? { run, name, outcome: 'passed', reason: '' }
      : { run, name, outcome: 'failed', reason: message ?? 'failed' };
  }
  return passed
    ? { run, name, outcome: 'failed', reason: 'passes now: take it off the list of skips' }
    : { run, name, outcome: 'skipped', reason: skip };
}
