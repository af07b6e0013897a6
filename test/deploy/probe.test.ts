import { describe, expect, test } from '@jest/globals';
import { refusalIn, requireEndAt, type Seen } from './probe.ts';
import { recorder } from './recorder.ts';

/** Answers of 10 ms each: `200` at 0, `401` at 100, … */
const seen = (...statuses: number[]): Seen[] =>
  statuses.map((status, index) => ({
    sentAt: index * 100,
    answeredAt: index * 100 + 10,
    status,
  }));

describe('the refusal of a token', () => {
  test('begins with the first 401', () => {
    expect(refusalIn(seen(200, 200, 401, 401))).toEqual({
      lastAcceptedAt: 110,
      firstRefusedAt: 210,
    });
  });

  test('may begin before anything was seen', () => {
    expect(refusalIn(seen(401)).lastAcceptedAt).toBeUndefined();
  });

  test.each<[string, number[], string]>([
    ['never comes', [200, 200], 'accepted to the end: 2 times'],
    ['does not last', [200, 401, 200], '200 after 401'],
    ['is no refusal', [200, 500, 401], '500 after 500'],
  ])('%s', (_, statuses, message) => {
    expect(() => refusalIn(seen(...statuses))).toThrow(message);
  });
});

describe("a token's end", () => {
  const requireEnd = (until: number, cacheTtl: number, ...statuses: number[]) =>
    requireEndAt(seen(...statuses), until, cacheTtl);

  test.each<[string, number, number, number[]]>([
    ['at its moment', 200, 0, [200, 200, 401]],
    ['a kept result later', 100, 200, [200, 200, 200, 401]],
    ['with a request that was under way', 105, 0, [200, 200, 401]],
  ])('is kept %s', (_, until, cacheTtl, statuses) => {
    expect(() => requireEnd(until, cacheTtl, ...statuses)).not.toThrow();
  });

  test.each<[string, number, number, number[], string]>([
    ['too early', 250, 0, [200, 200, 401], '401 0.0 s before its end'],
    ['too late', 100, 50, [200, 200, 200, 401], '200 0.1 s after its end'],
    ['never', 500, 0, [200, 200], 'accepted to the end'],
  ])('is seen to be %s', (_, until, cacheTtl, statuses, message) => {
    expect(() => requireEnd(until, cacheTtl, ...statuses)).toThrow(message);
  });
});

describe('a recorder', () => {
  const { signal } = new AbortController();

  test('keeps what a test measured, and why another failed', async () => {
    const { check, results } = recorder('a run', signal);
    await check('one', async () => '1 s');
    await check('two', async () => undefined);
    await check('three', () => Promise.reject(new Error('no')));
    expect(results).toEqual([
      { run: 'a run', name: 'one', passed: true, note: '1 s' },
      { run: 'a run', name: 'two', passed: true },
      { run: 'a run', name: 'three', passed: false, message: 'no' },
    ]);
  });

  test('takes the end of the run for no failure of a test', async () => {
    const { check, results } = recorder('a run', AbortSignal.abort());
    await expect(check('one', () => Promise.reject(new Error('interrupted')))).rejects.toThrow();
    expect(results).toEqual([]);
  });
});
