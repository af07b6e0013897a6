import { describe, expect, test } from '@jest/globals';
import { loadText, requireStatus, runLoad, type Sample, summaryOf } from './load.ts';

/** A clock that only waiting moves. */
function fakeClock() {
  let time = 1_000;
  return {
    now: () => time,
    wait: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

const load = (overrides: Partial<Parameters<typeof runLoad>[0]>) =>
  runLoad({
    requests: 5,
    perSecond: 50,
    maxInFlight: 10,
    send: async () => 200,
    ...fakeClock(),
    ...overrides,
  });

describe('a load', () => {
  test('has a moment of its own for each request', async () => {
    const samples = await load({});
    expect(samples.map(({ dueAt }) => dueAt)).toEqual([0, 20, 40, 60, 80]);
  });

  test('sends every request once, and keeps its status', async () => {
    const samples = await load({ send: async (index) => 200 + index });
    expect(samples.map(({ status }) => status)).toEqual([200, 201, 202, 203, 204]);
  });

  test('goes on as long as it is wanted, and sends what was to be sent in any case', async () => {
    let sent = 0;
    const send = async () => {
      sent++;
      return 200;
    };
    expect(await load({ goesOn: () => sent < 8, send })).toHaveLength(8);
    sent = 0;
    expect(await load({ goesOn: () => sent < 3, send })).toHaveLength(5);
  });

  test('does not wait for answers', async () => {
    const answers: (() => void)[] = [];
    const { promise: allSent, resolve: sent } = Promise.withResolvers<void>();
    const samples = load({
      send: (index) => {
        if (index === 4) sent();
        return new Promise((resolve) => answers.push(() => resolve(200)));
      },
    });
    await allSent;
    expect(answers).toHaveLength(5);
    for (const answer of answers) answer();
    expect(await samples).toHaveLength(5);
  });

  test('never has more requests under way than it may', async () => {
    let underWay = 0;
    let most = 0;
    await load({
      requests: 20,
      maxInFlight: 3,
      send: async () => {
        most = Math.max(most, ++underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay--;
        return 200;
      },
    });
    expect(most).toBe(3);
  });

  test('counts the time that a request was late', async () => {
    const clock = fakeClock();
    const samples = await load({
      ...clock,
      requests: 3,
      maxInFlight: 1,
      send: async () => {
        await clock.wait(100);
        return 200;
      },
    });
    expect(samples.map(({ latency }) => latency)).toEqual([100, 180, 260]);
  });
});

const samples: Sample[] = [
  { index: 0, status: 200, dueAt: 0, latency: 30 },
  { index: 1, status: 401, dueAt: 500, latency: 500 },
  { index: 2, status: 200, dueAt: 1_000, latency: 40 },
  { index: 3, status: 200, dueAt: 1_500, latency: 500 },
];

test('a summary has the rate, the median and the worst', () => {
  const summary = summaryOf(samples);
  expect(summary).toEqual({
    requests: 4,
    statuses: { 200: 3, 401: 1 },
    perSecond: 2,
    median: 500,
    worst: 500,
  });
  expect(loadText(summary)).toBe('4 requests, 2.0/s, median 500 ms, worst 500 ms');
  expect(summaryOf([]).perSecond).toBe(0);
});

describe('a status that nobody expected', () => {
  const none = { status: 500, from: 0, to: 10_000, most: 0 };

  test('is named, with its moment', () => {
    expect(() => requireStatus(samples, 200, none)).toThrow('1 of 4 requests: 401 at 500 ms');
    expect(requireStatus(samples.slice(2), 200, none)).toBe(0);
  });

  // The one that is odd was under way from 500 to 1,000 ms.
  test.each<[string, Partial<typeof none>, boolean]>([
    ['while it may happen', {}, true],
    ['at the beginning of that time', { from: 900 }, true],
    ['at its end', { to: 600 }, true],
    ['before it', { from: 1_100 }, false],
    ['after it', { to: 400 }, false],
    ['too often', { most: 0 }, false],
    ['with another status', { status: 500 }, false],
  ])('%s is tolerated: %j %s', (_, overrides, isTolerated) => {
    const tolerate = () =>
      requireStatus(samples, 200, { ...none, status: 401, most: 1, ...overrides });
    if (isTolerated) expect(tolerate()).toBe(1);
    else expect(tolerate).toThrow('1 of 4 requests');
  });
});
