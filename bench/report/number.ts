import type { Estimate } from '../statistics.ts';

/** What stands in the place of a figure that was not measured. */
export const ABSENT = '–';

/** A number with three significant digits, and all of those before its point. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000) return Math.round(value).toLocaleString('en-US');
  if (size >= 100) return value.toFixed(0);
  return value.toFixed(size >= 10 ? 1 : 2);
}

/** A whole number with its thousands apart. */
export function wholeNumber(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** An estimate and its interval. */
export function withInterval(estimate: Estimate | undefined): string {
  if (estimate === undefined) return ABSENT;
  const { value, low, high, n } = estimate;
  return n === 1 ? number(value) : `${number(value)} (${number(low)}–${number(high)})`;
}
