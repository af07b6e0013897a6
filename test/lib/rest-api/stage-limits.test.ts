import { describe, expect, test } from '@jest/globals';
import { Token } from 'aws-cdk-lib';
import fc from 'fast-check';
import {
  type ClientLimits,
  DEFAULT_LIMITS,
} from '../../../lib/authorizer/clients/client-limits.ts';
import { StageLimits } from '../../../lib/rest-api/stage-limits.ts';
import { clients } from '../../support/synth.ts';

const [bravo] = clients;
const withLimits = (...all: ClientLimits[]) => all.map((limits) => ({ ...bravo, limits }));

describe('a stage takes', () => {
  test('200 requests a second from two clients with the default limits, and from others', () => {
    expect(StageLimits.forClients(clients, DEFAULT_LIMITS)).toEqual({
      rate: 200,
      burst: 400,
      perAddress: 3_100,
    });
  });

  test('no more than an account has by default', () => {
    const { rate, burst } = StageLimits.forClients(
      withLimits({ rate: 9_000, burst: 4_000 }, DEFAULT_LIMITS),
      DEFAULT_LIMITS,
    );
    expect({ rate, burst }).toEqual({ rate: 10_000, burst: 5_000 });
  });

  const limits = fc.record({
    rate: fc.double({ min: 0.1, max: 100, noNaN: true }),
    burst: fc.integer({ min: 1, max: 50 }),
  });

  test('all that its clients may send, and beside it twice what a web ACL lets through from an address', () => {
    fc.assert(
      fc.property(fc.array(limits, { minLength: 1, maxLength: 20 }), (all) => {
        const stage = StageLimits.forClients(withLimits(...all), DEFAULT_LIMITS);
        const sum = (prop: 'rate' | 'burst') => all.reduce((total, each) => total + each[prop], 0);
        // In a minute, without the burst that an address may send once.
        const address = Math.max(50, ...all.map(({ rate }) => rate));
        expect(stage.rate).toBeGreaterThanOrEqual(sum('rate') + 2 * address);
        expect(stage.burst).toBeGreaterThanOrEqual(sum('burst') + 2 * 100);
        for (const { rate, burst } of all) {
          expect(stage.perAddress).toBeGreaterThanOrEqual(60 * rate + burst);
        }
      }),
    );
  });
});

describe('with a table, whose clients nobody can count at synth, a stage takes', () => {
  const gold = { rate: 6_000, burst: 3_000 };
  const withTable = StageLimits.forClients([...clients], DEFAULT_LIMITS, { plans: { gold } });

  test('what an account has by default, which is no less than any plan', () => {
    expect(withTable).toMatchObject({ rate: 10_000, burst: 5_000 });
  });

  test('from one address what its fastest client may send', () => {
    expect(withTable.perAddress).toBe(60 * gold.rate + gold.burst);
    const only = StageLimits.forClients([], undefined, { plans: { low: { rate: 1, burst: 1 } } });
    expect(only.perAddress).toBe(3_100);
  });

  test('nothing else without plans', () => {
    expect(StageLimits.forClients([], undefined, {})).toMatchObject({ rate: 10_000, burst: 5_000 });
  });
});

test.each(['rate', 'burst'] as const)('a %s that only the deployment knows is refused', (prop) => {
  const unresolved = { ...DEFAULT_LIMITS, [prop]: Token.asNumber({ Ref: 'Parameter' }) };
  expect(() => StageLimits.forClients(clients, unresolved)).toThrow(
    `${prop} in the limits of client bravo must be a number, because the stage takes the sum of all clients, got: a token that is only known at deployment`,
  );
});

test('and so it is in a plan of a table', () => {
  const gold = { ...DEFAULT_LIMITS, rate: Token.asNumber({ Ref: 'Parameter' }) };
  expect(() => StageLimits.forClients([], undefined, { plans: { gold } })).toThrow(
    'rate in plan gold of clientTable must be a number',
  );
});
