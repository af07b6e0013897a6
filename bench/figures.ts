import type { ContenderId } from './contender-list.ts';
import type { Estimate } from './statistics.ts';

/** A contender's measurements, taken together, by name. */
export type Sample = Readonly<Record<string, number>>;

/** One sample of each contender, taken in turns. */
export type Lap = Readonly<Partial<Record<ContenderId, Sample>>>;

/** How a figure follows from a lap. */
export interface FigureSpec {
  readonly id: string;
  readonly of: (lap: Lap) => number;
}

/** The estimates of a run by the figures' ids. */
export type Figures = ReadonlyMap<string, Estimate>;

/**
 * A measurement of a contender in a lap.
 *
 * @throws Error if the lap lacks it
 */
export function sampleOf(lap: Lap, id: ContenderId, key: string): number {
  const value = lap[id]?.[key];
  if (value === undefined) throw new Error(`${id} has no ${key} in this lap`);
  return value;
}

/** The figure `<key> <over> ÷ <under>`. What disturbs a whole lap disturbs both sides, and cancels. */
export function ratio(key: string, over: ContenderId, under: ContenderId): FigureSpec {
  return {
    id: `${key} ${over} ÷ ${under}`,
    of: (lap) => sampleOf(lap, over, key) / sampleOf(lap, under, key),
  };
}
