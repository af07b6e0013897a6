import { seededRandom } from './random.ts';

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How many measurements it comes from. */
  readonly n: number;
}

const RESAMPLES = 2_000;
const SEED = 20_261_122;

/**
 * The value below which the share `q` of all values lies, linear between neighbours.
 *
 * @throws RangeError if there are no values
 */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = Float64Array.from(values).sort();
  const position = q * (sorted.length - 1);
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The median of measurements with its 95 % interval, by percentile bootstrap. The seed is fixed, so the
 * same measurements give the same interval. The median, because disturbances make some measurements
 * much worse and none much better.
 */
export function estimate(values: readonly number[]): Estimate {
  const random = seededRandom(SEED);
  const medians: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    medians.push(median(values.map(() => values[Math.floor(random() * values.length)] as number)));
  }
  return {
    value: median(values),
    low: quantile(medians, 0.025),
    high: quantile(medians, 0.975),
    n: values.length,
  };
}
