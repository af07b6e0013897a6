import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, formatTime, parseOverlap } from '../../cli/duration.ts';
import { isOverlap, MAX_OVERLAP_SECONDS } from '../../lambda/contract/wiring/issuer.ts';
import { UsageProblem } from '../../terminal/problem.ts';

const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 };
const anyUnit = fc.constantFrom(...(Object.keys(SECONDS) as (keyof typeof SECONDS)[]));

describe('an overlap', () => {
  test.each([
    ['90s', 90],
    ['15m', 900],
    ['24h', 86_400],
    ['7d', 604_800],
    ['30d', MAX_OVERLAP_SECONDS],
    ['720h', MAX_OVERLAP_SECONDS],
    ['0s', 0],
  ])('of %s is %d seconds', (text, seconds) => {
    expect(parseOverlap(text)).toBe(seconds);
  });

  test.each(['', '24', 'h', '1.5h', '-1h', '24 h', '1w', '24H', '31d', '2592001s', '1h30m', '１h'])(
    'is not %j',
    (text) => {
      expect(() => parseOverlap(text)).toThrow(UsageProblem);
    },
  );

  test('is a count of units, up to the longest that the issuer takes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3_000_000 }), anyUnit, (count, unit) => {
        const seconds = count * SECONDS[unit];
        if (isOverlap(seconds)) expect(parseOverlap(`${count}${unit}`)).toBe(seconds);
        else expect(() => parseOverlap(`${count}${unit}`)).toThrow(UsageProblem);
      }),
    );
  });

  test('is never read out of other text, which is not repeated either', () => {
    const { message } = thrownBy(() => parseOverlap('x'));
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^\d+[smhd]$/.test(text));
        expect(thrownBy(() => parseOverlap(text)).message).toBe(message);
      }),
    );
  });
});

function thrownBy(call: () => unknown): UsageProblem {
  try {
    call();
  } catch (error) {
    if (error instanceof UsageProblem) return error;
  }
  throw new Error('no UsageProblem');
}

describe('a span of time', () => {
  test.each([
    [0, '0s'],
    [-5_000, '0s'],
    [999, '0s'],
    [1_000, '1s'],
    [60_000, '1m'],
    [90_000, '90s'],
    [119_999, '119s'],
    [120_000, '2m'],
    [47 * 3_600_000, '47h'],
    [48 * 3_600_000, '2d'],
    [400 * 86_400_000, '400d'],
  ])('of %d ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });

  test('reads back as no more, and as more than half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_OVERLAP_SECONDS }), (seconds) => {
        const again = parseOverlap(formatDuration(seconds * 1_000));
        expect(again).toBeLessThanOrEqual(seconds);
        expect(again).toBeGreaterThan(seconds / 2);
      }),
    );
  });
});

test('a moment is shown in UTC, to the second', () => {
  expect(formatTime(Date.UTC(2026, 10, 23, 21, 59, 37, 999))).toBe('2026-11-23 21:59:37 UTC');
});
