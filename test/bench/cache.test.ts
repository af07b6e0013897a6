import { describe, expect, test } from '@jest/globals';
import { arrivals } from '../../bench/cache/arrivals.ts';
import { authorizerCalls, costOf } from '../../bench/cache/authorizer-calls.ts';

const requests = (...seconds: number[]) =>
  seconds.map((second) => ({ at: second * 1_000, client: 0 }));

describe('requests at random', () => {
  const traffic = { name: 'two', secondsBetween: [10, 40] };

  test('are the same for the same seed, in the order in which they come', () => {
    const some = arrivals(traffic, 1_000, 1);
    expect(some).toEqual(arrivals(traffic, 1_000, 1));
    expect(some).not.toEqual(arrivals(traffic, 1_000, 2));
    expect(some.map(({ at }) => at)).toEqual(some.map(({ at }) => at).sort((a, b) => a - b));
  });

  test('come from each client as often as it calls', () => {
    const some = arrivals(traffic, 20_000, 1);
    const ofFirst = some.filter(({ client }) => client === 0).length;
    expect(ofFirst / some.length).toBeCloseTo(0.8, 1);
    expect((some.at(-1)?.at ?? 0) / 1_000 / some.length).toBeCloseTo(8, 0);
  });
});

describe('calls of the authorizer', () => {
  test('are all requests without a cache', () => {
    expect(authorizerCalls(requests(0, 0, 1), 0)).toBe(3);
  });

  test('are one for all requests within the time, which a request does not prolong', () => {
    expect(authorizerCalls(requests(0, 30, 59), 60)).toBe(1);
    expect(authorizerCalls(requests(0, 30, 60), 60)).toBe(2);
    expect(authorizerCalls(requests(0, 59, 61, 119, 121), 60)).toBe(3);
  });

  test("are each client's own", () => {
    const both = [0, 1].map((client) => ({ at: 0, client }));
    expect(authorizerCalls(both, 60)).toBe(2);
  });

  // A result is kept for the time T; then the next request comes after 1/λ on average.
  test.each([60, 300, 3_600])('are 1 in 1 + λT for requests at random, T = %d s', (ttl) => {
    const secondsBetween = 60;
    const some = arrivals({ name: 'one', secondsBetween: [secondsBetween] }, 200_000, 3);
    const share = authorizerCalls(some, ttl) / some.length;
    expect(share * (1 + ttl / secondsBetween)).toBeGreaterThan(0.97);
    expect(share * (1 + ttl / secondsBetween)).toBeLessThan(1.03);
  });
});

test('a million calls cost what Lambda asks for them', () => {
  expect(costOf(1_000_000)).toBeCloseTo(0.2 + 1_000 * 0.25 * 0.0000133334, 6);
});
