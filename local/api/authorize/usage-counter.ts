import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '../refusal.ts';
import type { Quota, UsagePlan, UsagePlanKey } from '../rest-api.ts';

/** The milliseconds of a day. */
export const dayMs = 24 * 60 * 60 * 1000;

/** The midnight UTC before a time. */
export function dayOf(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs;
}

/**
 * The first day of the period that a day is in. Weeks begin on Sunday and months on the first, or the
 * quota's offset in days later.
 */
function periodStart({ period, offset }: Quota, day: number): number {
  if (period === 'DAY') return day;
  const from = new Date(day - offset * dayMs);
  const past = period === 'WEEK' ? from.getUTCDay() : from.getUTCDate() - 1;
  return day - past * dayMs;
}

/** A token bucket: each request takes one token, and time refills it. */
function tokenBucket({ rate, burst }: NonNullable<UsagePlan['throttle']>, now: number) {
  let tokens = burst;
  let filledAt = now;
  return (at: number): boolean => {
    tokens = Math.min(burst, tokens + (Math.max(0, at - filledAt) / 1000) * rate);
    filledAt = at;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** Counts the requests of one key in its plan. */
export interface UsageCounter {
  /**
   * Counts a request, or refuses it: by its rate first, so that such a request uses no quota.
   *
   * @throws Refusal when it is beyond the limits of its plan
   */
  take(): void;
  /** @param day midnight UTC in milliseconds since 1970 */
  usedOn(day: number): number;
  /** What remains of the quota after this day; 0 without a quota. */
  remainingOn(day: number): number;
}

/** Finds the counter of a key in its plan, which all stages of the plan share. */
export type CounterOf = (key: UsagePlanKey) => UsageCounter;

/**
 * The counters of all keys: a plan's limits hold for the requests of a key to all its stages together.
 * When a plan has other limits, what its keys have used stays.
 *
 * Source: AWS re:Post, "about the flow restriction of multiple apis associated with an usage plan".
 *
 * @param now milliseconds since 1970
 */
export function usageCounters(now: () => number): CounterOf {
  const counters = new Map<string, { plan: UsagePlan; usage: Usage; counter: UsageCounter }>();
  return ({ plan, key }) => {
    const id = JSON.stringify([plan.id, key.id]);
    const known = counters.get(id);
    if (known?.plan === plan) return known.counter;
    const isSameThrottle = known && isDeepStrictEqual(known.plan.throttle, plan.throttle);
    const usage: Usage = {
      days: known?.usage.days ?? new Map(),
      takeToken: isSameThrottle
        ? known.usage.takeToken
        : plan.throttle && tokenBucket(plan.throttle, now()),
    };
    const counter = usageCounter(plan, usage, now);
    counters.set(id, { plan, usage, counter });
    return counter;
  };
}

/** What a key has used of its plan. */
interface Usage {
  /** Requests by day, which is midnight UTC in milliseconds since 1970. */
  readonly days: Map<number, number>;
  readonly takeToken: ((at: number) => boolean) | undefined;
}

/**
 * Counts by the limits of a plan.
 *
 * Source: API Gateway Developer Guide, "Throttle requests to your REST APIs"; API Reference,
 * `QuotaSettings`.
 *
 * @param now milliseconds since 1970
 */
function usageCounter(
  { quota }: UsagePlan,
  { days, takeToken }: Usage,
  now: () => number,
): UsageCounter {
  const usedOn = (day: number) => days.get(day) ?? 0;
  const remainingOf = (ofQuota: Quota, day: number): number => {
    const start = periodStart(ofQuota, day);
    const used = [...days].filter(([one]) => one >= start && one <= day);
    return Math.max(0, ofQuota.limit - used.reduce((sum, [, requests]) => sum + requests, 0));
  };
  return {
    usedOn,
    remainingOn: (day) => (quota ? remainingOf(quota, day) : 0),
    take() {
      const at = now();
      const day = dayOf(at);
      if (takeToken?.(at) === false) throw new Refusal('THROTTLED', 'Too Many Requests');
      if (quota && remainingOf(quota, day) === 0) {
        throw new Refusal('QUOTA_EXCEEDED', 'Limit Exceeded');
      }
      days.set(day, usedOn(day) + 1);
    },
  };
}
