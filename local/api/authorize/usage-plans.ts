import { Refusal } from '../refusal.ts';
import type { Period, RestApi, UsagePlanKey } from '../rest-api.ts';
import { type CounterOf, dayMs, dayOf, type UsageCounter } from './usage-counter.ts';

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
  /** Requests that were let through since midnight UTC. */
  readonly requestsToday: number;
}

/** One key's usage on one day, in the form of `GetUsage`. */
export type UsedAndRemaining = readonly [used: number, remaining: number];

/** Limits and counts the requests of a stage's keys by their usage plans. */
export interface UsagePlans {
  /**
   * Finds the key with this value in a plan of the stage, without counting.
   *
   * @throws Refusal when there is none
   */
  keyOf(value: string | undefined): UsagePlanKey;
  /**
   * Counts a request, or refuses it: by its rate first, so that such a request uses no quota.
   *
   * @throws Refusal when it is beyond the limits of its plan
   */
  take(key: UsagePlanKey): void;
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

/** What one key has used of its plan by now. */
function keyUsage({ key, plan }: UsagePlanKey, counter: UsageCounter, today: number): KeyUsage {
  const { throttle, quota } = plan;
  return {
    planId: plan.id,
    description: plan.description,
    keyId: key.id,
    ...throttle,
    ...(quota && {
      quota: { limit: quota.limit, period: quota.period, remaining: counter.remainingOn(today) },
    }),
    requestsToday: counter.usedOn(today),
  };
}

/**
 * The usage plans of a stage.
 *
 * Source: API Gateway Developer Guide, "Usage plans and API keys for REST APIs".
 *
 * @param now milliseconds since 1970
 */
export function usagePlans(
  { usagePlans: plans }: RestApi,
  now: () => number,
  counterOf: CounterOf,
): UsagePlans {
  const all = plans.flatMap((plan) => plan.keys.map((key): UsagePlanKey => ({ key, plan })));
  // A key is in one plan of a stage; a template that has it in two would not deploy.
  const byValue = new Map(all.map((each) => [each.key.value, each]));
  // Made now, with full buckets.
  const counters = new Map(all.map((each) => [each, counterOf(each)]));
  return {
    keyOf(value) {
      const found = byValue.get(value ?? '');
      if (found === undefined) throw new Refusal('INVALID_API_KEY', 'Forbidden');
      return found;
    },
    // Each key that `keyOf` gives has its counter.
    take: (key) => (counters.get(key) as UsageCounter).take(),
    usage: () => [...counters].map(([key, counter]) => keyUsage(key, counter, dayOf(now()))),
    usageOf(planId, from, to) {
      if (!plans.some(({ id }) => id === planId)) return undefined;
      const count = Math.round((to - from) / dayMs) + 1;
      const days = Array.from({ length: count }, (_, index) => from + index * dayMs);
      const ofPlan = [...counters].filter(([{ plan }]) => plan.id === planId);
      return new Map(
        ofPlan.map(([{ key }, counter]) => [
          key.id,
          days.map((day): UsedAndRemaining => [counter.usedOn(day), counter.remainingOn(day)]),
        ]),
      );
    },
  };
}
