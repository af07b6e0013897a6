import { describe, expect, test } from '@jest/globals';
import type { Estimate } from '../../bench/statistics.ts';
import { targets } from '../../bench/targets.ts';
import {
  conclude,
  failedSelfComparisons,
  isSettled,
  judgeTargets,
  outcomeOf,
} from '../../bench/verdict.ts';

const about = (value: number, half = 0): Estimate => ({
  value,
  low: value - half,
  high: value + half,
  n: 20,
});
const atMost = { figure: 'x', title: 'X', atMost: 1.05 };
const atLeast = { figure: 'x', title: 'X', atLeast: 2 };

describe('a target', () => {
  test.each([
    ['is kept at its limit', atMost, about(1.05), 'kept'],
    ['is kept within it, however wide the interval', atMost, about(1.04, 0.5), 'kept'],
    ['is unclear outside, if the interval is not', atMost, about(1.06, 0.02), 'unclear'],
    ['is missed if the whole interval is outside', atMost, about(1.08, 0.02), 'missed'],
    ['is missed by an exact figure that is outside', atMost, about(1.051), 'missed'],
    ['is kept above the least', atLeast, about(2.1, 0.5), 'kept'],
    ['is unclear below the least, if the interval is not', atLeast, about(1.9, 0.2), 'unclear'],
    ['is missed below the least', atLeast, about(1.5, 0.2), 'missed'],
    ['is unknown if it was not measured', atLeast, undefined, 'unknown'],
  ] as const)('%s', (_, target, estimate, outcome) => {
    expect(outcomeOf(target, estimate)).toBe(outcome);
  });

  test('has a figure of its own', () => {
    expect(new Set(targets.map(({ figure }) => figure)).size).toBe(targets.length);
  });
});

/** Figures of a run that keeps every target. */
const good = new Map(
  targets.map((target) => [
    target.figure,
    about('atMost' in target ? target.atMost * 0.9 : target.atLeast * 1.1),
  ]),
);
const end = (figures: ReadonlyMap<string, Estimate>, check = true) =>
  conclude(figures, judgeTargets(figures), { check });

describe('a run', () => {
  test('ends with 0 if it keeps every target', () => {
    expect(end(good)).toEqual({ exitCode: 0, messages: [] });
  });

  test('ends with 1 and the row that misses', () => {
    const { exitCode, messages } = end(new Map([...good, ['warm authorizer', about(1.6, 0.1)]]));
    expect(exitCode).toBe(1);
    expect(messages).toEqual([
      'Missed: Warm call, authorizer ÷ SHA-256: 1.600, and should be at most 1.4.',
    ]);
  });

  test('ends with 0 if a target is unclear, and wants more laps', () => {
    const figures = new Map([...good, ['warm authorizer', about(1.41, 0.1)]]);
    expect(end(figures).exitCode).toBe(0);
    expect(isSettled(figures)).toBe(false);
    expect(isSettled(good)).toBe(true);
  });

  test('ends with 2 if something could not be measured', () => {
    const skipped = 'there is no cmake';
    const { exitCode, messages } = conclude(good, judgeTargets(good), { check: true, skipped });
    expect(exitCode).toBe(2);
    expect(messages).toHaveLength(1);
  });

  test.each([0.94, 1.06])('says nothing if a contender is %d times itself', (value) => {
    const figures = new Map([
      ...good,
      ['init empty-again ÷ empty', about(value)],
      ['warm authorizer', about(9)],
    ]);
    expect(failedSelfComparisons(figures)).toEqual(['init empty-again ÷ empty']);
    expect(isSettled(figures)).toBe(false);
    expect(end(figures).exitCode).toBe(2);
    expect(end(figures, false).exitCode).toBe(2);
  });

  test('says something if a contender is about itself', () => {
    expect(
      failedSelfComparisons(new Map([['init empty-again ÷ empty', about(0.96, 0.1)]])),
    ).toEqual([]);
  });

  test('ends with 0 whatever it finds, if it is not checked', () => {
    expect(end(new Map([...good, ['warm authorizer', about(9)]]), false).exitCode).toBe(0);
  });
});
