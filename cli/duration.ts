import { isOverlap } from '../lambda/contract/wiring/issuer.ts';
import { UsageProblem } from '../terminal/problem.ts';

const seconds = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;
type Unit = keyof typeof seconds;

/**
 * Reads how long an old token stays valid: `90s`, `15m`, `24h`, `7d`.
 *
 * @returns seconds
 * @throws UsageProblem for anything else, and for more than 30 days
 */
export function parseOverlap(text: string): number {
  const [, count, unit] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  const overlap = Number(count) * seconds[unit as Unit];
  if (isOverlap(overlap)) return overlap;
  throw new UsageProblem(
    'An overlap is a whole number with s, m, h or d behind it, such as 90s or 24h, and at most 30d.',
  );
}

/** A duration in the largest unit that it holds twice or exactly once, rounded down: `47h`, `2d`, `1h`. */
export function formatDuration(milliseconds: number): string {
  const total = Math.max(0, Math.floor(milliseconds / 1_000));
  for (const [unit, size] of Object.entries(seconds)) {
    if (total >= 2 * size || total === size) return `${Math.floor(total / size)}${unit}`;
  }
  return '0s';
}

/** A moment as `2026-11-23 21:59:37 UTC`. */
export function formatTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/**
 * When a token ends, or ended: `2026-12-01 02:05:00 UTC (6d left)`, `revoked 2026-11-24 04:00:00 UTC`.
 *
 * @param ended the word before an end in the past
 */
export function endText(expiresAt: number, ended: string, now: number): string {
  const time = formatTime(expiresAt);
  return now < expiresAt ? `${time} (${formatDuration(expiresAt - now)} left)` : `${ended} ${time}`;
}

/** A moment for machines, `null` for none: `2026-11-23T21:59:37.000Z`. */
export function isoTime(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString();
}
