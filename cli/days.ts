import { UsageProblem } from '../terminal/problem.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 90;

/** How many days to look back for the last use of a token, unless told otherwise. */
export const DEFAULT_LAST_USED_DAYS = 30;

/**
 * Reads how many days to look back.
 *
 * @throws UsageProblem for anything but a whole number from 1 to 90
 */
export function parseDays(text: string): number {
  const days = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw new UsageProblem(`A number of days is a whole number from 1 to ${MAX_DAYS}.`);
}

/** Some days in UTC, each as `2026-11-23`. */
export interface Days {
  readonly from: string;
  readonly to: string;
  /** All of them, the oldest first. */
  readonly dates: readonly string[];
}

/** The last days, with today at the end. */
export function lastDays(count: number, now: number): Days {
  const date = (daysAgo: number) => new Date(now - daysAgo * DAY_MS).toISOString().slice(0, 10);
  return {
    from: date(count - 1),
    to: date(0),
    dates: Array.from({ length: count }, (_, index) => date(count - 1 - index)),
  };
}
