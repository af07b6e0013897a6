import { Refusal } from '../refusal.ts';
import type { ApiKey, Period, Quota, RestApi, UsagePlan } from '../rest-api.ts';

/** A key in its usage plan, and what is left of it, for a developer to see. */
export interface KeyUsage {
  readonly planId: string;
  readonly description: string | undefined;
  readonly keyId: string;
  /** Requests a second, over time. */
  readonly rate?: number;
  /** Requests at once. */
  readonly burst?: number;
  readonly quota?: {
    readonly limit: number;
    readonly period: Period;
    /** Requests that are left in the current period. */
    readonly remaining: number;
  };
  /** Requests that came through since midnight UTC. */
  readonly requestsToday: number;
}

/** What one key has used on one day, as `GetUsage` has it. */
export type UsedAndRemaining = readonly [used: number, remaining: number];

/** Limits and counts the requests of an API's keys by their usage plans. */
export interface UsagePlans {
  /**
   * The key of this value in a plan of the stage. Nothing is counted.
   *
   * @throws Refusal when there is none
   */
  keyOf(value: string | undefined): PlannedKey;
  /**
   * Counts a request, or refuses it: by its rate first, so that such a request uses no quota.
   *
   * @throws Refusal when it is beyond the limits of its plan
   */
  take(key: PlannedKey): void;
  usage(): readonly KeyUsage[];
  /**
   * What the keys of a plan have used on each day, the first and the last one included; undefined
   * when there is no such plan. Without a quota, 0 remains.
   *
   * @param from midnight UTC in milliseconds since 1970, like `to`
   */
  usageOf(
    planId: string,
    from: number,
    to: number,
  ): ReadonlyMap<string, UsedAndRemaining[]> | undefined;
}

/** A key and the plan that counts for it. */
export interface PlannedKey {
  readonly key: ApiKey;
  readonly plan: UsagePlan;
}

const dayMs = 24 * 60 * 60 * 1000;

function dayOf(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs;
}

/**
 * When the period began that a day is in. Weeks begin on Sunday and months on the first, or as many
 * days later as the quota's offset says.
 */
function periodStart({ period, offset }: Quota, day: number): number {
  if (period === 'DAY') return day;
  const from = new Date(day - offset * dayMs);
  const past = period === 'WEEK' ? from.getUTCDay() : from.getUTCDate() - 1;
  return day - past * dayMs;
}

/** A bucket that one request takes one token from, and that fills again with time. */
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

/** The requests of one key in one plan. */
function counter({ plan }: PlannedKey, now: () => number) {
  const { throttle, quota } = plan;
  const takeToken = throttle && tokenBucket(throttle, now());
  const days = new Map<number, number>();
  const usedOn = (day: number) => days.get(day) ?? 0;
  const remainingOn = (day: number, { limit, ...rest }: Quota): number => {
    const start = periodStart({ limit, ...rest }, day);
    const used = [...days].filter(([one]) => one >= start && one <= day);
    return Math.max(0, limit - used.reduce((sum, [, requests]) => sum + requests, 0));
  };
  return {
    usedOn,
    remainingOn: (day: number) => (quota ? remainingOn(day, quota) : 0),
    take() {
      const at = now();
      const day = dayOf(at);
      if (takeToken?.(at) === false) throw new Refusal('THROTTLED', 'Too Many Requests');
      if (quota && remainingOn(day, quota) === 0) {
        throw new Refusal('QUOTA_EXCEEDED', 'Limit Exceeded');
      }
      days.set(day, usedOn(day) + 1);
    },
  };
}

/**
 * The usage plans of an API, all of whose buckets are full and which have counted nothing yet.
 *
 * Source: API Gateway Developer Guide, "Usage plans and API keys for REST APIs" and "Throttle requests
 * to your REST APIs"; API Reference, `QuotaSettings`.
 *
 * @param now milliseconds since 1970
 */
export function usagePlans({ usagePlans: plans }: RestApi, now: () => number): UsagePlans {
  const all = plans.flatMap((plan) => plan.keys.map((key): PlannedKey => ({ key, plan })));
  // A key is in one plan of a stage; a template that has it in two would not deploy.
  const byValue = new Map(all.map((planned) => [planned.key.value, planned]));
  const counters = new Map(all.map((planned) => [planned, counter(planned, now)]));
  const counterOf = (planned: PlannedKey) => counters.get(planned) as ReturnType<typeof counter>;
  return {
    keyOf(value) {
      const planned = byValue.get(value ?? '');
      if (planned === undefined) throw new Refusal('INVALID_API_KEY', 'Forbidden');
      return planned;
    },
    take: (planned) => counterOf(planned).take(),
    usage: () =>
      [...counters].map(([{ key, plan }, { usedOn, remainingOn }]) => {
        const { throttle, quota } = plan;
        const today = dayOf(now());
        return {
          planId: plan.id,
          description: plan.description,
          keyId: key.id,
          ...throttle,
          ...(quota && {
            quota: { limit: quota.limit, period: quota.period, remaining: remainingOn(today) },
          }),
          requestsToday: usedOn(today),
        };
      }),
    usageOf(planId, from, to) {
      if (!plans.some(({ id }) => id === planId)) return undefined;
      const count = Math.round((to - from) / dayMs) + 1;
      const days = Array.from({ length: count }, (_, index) => from + index * dayMs);
      return new Map(
        [...counters]
          .filter(([{ plan }]) => plan.id === planId)
          .map(([{ key }, { usedOn, remainingOn }]) => [
            key.id,
            days.map((day): UsedAndRemaining => [usedOn(day), remainingOn(day)]),
          ]),
      );
    },
  };
}
