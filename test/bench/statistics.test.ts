import { describe, expect, test } from '@jest/globals';
import { lapOrder } from '../../bench/laps.ts';
import { seededRandom } from '../../bench/random.ts';
import { estimate, median, quantile } from '../../bench/statistics.ts';

describe('a quantile', () => {
  test('lies between its neighbours', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });

  test('of all values is the highest, of none the lowest', () => {
    expect(quantile([3, 1, 2], 1)).toBe(3);
    expect(quantile([3, 1, 2], 0)).toBe(1);
  });

  test('needs values', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});

test('the median does not see an outlier', () => {
  expect(median([1, 2, 1_000])).toBe(2);
});

describe('an estimate', () => {
  const random = seededRandom(1);
  const noisy = (n: number) => Array.from({ length: n }, () => 1 + (random() - 0.5) / 5);

  test('is the median, inside of its interval', () => {
    const values = noisy(40);
    const { value, low, high, n } = estimate(values);
    expect(value).toBe(median(values));
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
    expect(n).toBe(40);
  });

  test('is the same for the same measurements', () => {
    const values = noisy(20);
    expect(estimate(values)).toEqual(estimate(values));
  });

  test('gets narrower with more measurements', () => {
    const width = (n: number) => {
      const { low, high } = estimate(noisy(n));
      return high - low;
    };
    expect(width(400)).toBeLessThan(width(10) / 2);
  });

  test('holds the true value nearly always', () => {
    const hits = Array.from({ length: 40 }, () => estimate(noisy(15))).filter(
      ({ low, high }) => low <= 1 && 1 <= high,
    );
    expect(hits.length).toBeGreaterThanOrEqual(34);
  });
});

describe('random numbers', () => {
  test('are the same for the same seed, and others for another', () => {
    const first = (seed: number) => {
      const random = seededRandom(seed);
      return [random(), random(), random()];
    };
    expect(first(7)).toEqual(first(7));
    expect(first(7)).not.toEqual(first(8));
  });

  test('are from 0 to 1, and 0.5 on average', () => {
    const random = seededRandom(3);
    const values = Array.from({ length: 10_000 }, random);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
  });
});

describe('the order of laps', () => {
  const laps = Array.from({ length: 8 }, (_, lap) => lapOrder(['a', 'b', 'c', 'd'], lap).join(''));

  test('goes forth and back, and begins with everyone', () => {
    expect(laps.slice(0, 4)).toEqual(['abcd', 'dcba', 'bcda', 'adcb']);
    expect(new Set(laps.map((lap) => lap.charAt(0))).size).toBe(4);
  });

  test('has everyone in every place equally often', () => {
    for (const place of [0, 1, 2, 3]) {
      const there = laps.map((lap) => lap.charAt(place)).sort();
      expect(there.join('')).toBe('aabbccdd');
    }
  });
});
