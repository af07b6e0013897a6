import { describe, expect, test } from '@jest/globals';
import { type Lap, ratio, sampleOf } from '../../bench/figures.ts';
import { takeLaps } from '../../bench/laps.ts';

describe('laps', () => {
  const slow = { id: 'init authorizer ÷ empty', of: ratio('init', 'authorizer', 'empty').of };

  test('give the ratio of contenders, which a slow machine does not change', async () => {
    let slowness = 1;
    const taken: string[] = [];
    const figures = await takeLaps(
      {
        ids: ['empty', 'authorizer'],
        figures: [slow],
        open: async () => ({
          take: async (id) => {
            taken.push(id);
            if (taken.length % 2 === 1) slowness *= 1.5;
            return { init: slowness * (id === 'authorizer' ? 3 : 2) };
          },
          close: async () => undefined,
        }),
      },
      4,
      () => true,
      () => undefined,
    );
    expect(figures.get('init authorizer ÷ empty')).toMatchObject({
      value: 1.5,
      low: 1.5,
      high: 1.5,
      n: 4,
    });
    expect(taken.map((id) => id.charAt(0)).join('')).toBe('eaaeaeea');
  });

  test('are taken until they may end, and all of them count', async () => {
    let asked = 0;
    let samples = 0;
    const figures = await takeLaps(
      {
        ids: ['empty', 'authorizer'],
        figures: [slow],
        open: async () => ({ take: async () => ({ init: 1 }), close: async () => undefined }),
      },
      5,
      () => ++asked === 3,
      () => samples++,
    );
    expect(figures.get('init authorizer ÷ empty')?.n).toBe(15);
    expect(samples).toBe(30);
  });

  test('close what they opened when one fails', async () => {
    let isClosed = false;
    const failing = takeLaps(
      {
        ids: ['empty'],
        figures: [],
        open: async () => ({
          take: () => Promise.reject(new Error('it ended')),
          close: async () => {
            isClosed = true;
          },
        }),
      },
      1,
      () => true,
      () => undefined,
    );
    await expect(failing).rejects.toThrow('it ended');
    expect(isClosed).toBe(true);
  });
});

test('a figure names what a lap lacks', () => {
  const lap: Lap = { empty: { init: 1 } };
  expect(() => sampleOf(lap, 'empty', 'rss')).toThrow('empty has no rss');
  expect(() => ratio('init', 'authorizer', 'empty').of(lap)).toThrow('authorizer has no init');
});
