import { Refusal } from '../refusal.ts';
import type { Period, RestApi, UsagePlan, UsagePlanKey } from '../rest-api.ts';
import { ApiKeys } from './api-keys.ts';
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
  /** What each key has used, of all plans or of some. */
  usage(ofPlans?: ReadonlySet<string>): readonly KeyUsage[];
  /** What the key with this value has used; undefined when it is in no plan of the stage. */
  usageOfKey(value: string): KeyUsage | undefined;
  /**
   * What the keys of a plan have used on each day, the first and the last one included; undefined
   * when there is no such plan. Without a quota, 0 remains.
   *
   * @param from midnight UTC in milliseconds since 1970, like `to`
   * @param keyId leaves out all other keys
   */
  usageOf(
    planId: string,
    from: number,
    to: number,
    keyId?: string,
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
 * @param keys may change at any time
 */
export function usagePlans(
  api: RestApi,
  now: () => number,
  counterOf: CounterOf,
  keys = new ApiKeys([api], now),
): UsagePlans {
  const { usagePlans: plans } = api;
  const keysOf = (plan: UsagePlan): UsagePlanKey[] =>
    (keys.ofPlan(plan.id) ?? []).map((key) => ({ key, plan }));
  const find = (value: string): UsagePlanKey | undefined => {
    const key = keys.byValue(value);
    const plan = key?.enabled && plans.find(({ id }) => key.planIds.has(id));
    return key && plan ? { key, plan } : undefined;
  };
  const usage = (each: UsagePlanKey) => keyUsage(each, counterOf(each), dayOf(now()));
  return {
    keyOf(value) {
      const found = find(value ?? '');
      if (found === undefined) throw new Refusal('INVALID_API_KEY', 'Forbidden');
      return found;
    },
    take: (key) => counterOf(key).take(),
    usage: (ofPlans) =>
      plans
        .filter(({ id }) => ofPlans?.has(id) ?? true)
        .flatMap(keysOf)
        .map(usage),
    usageOfKey(value) {
      const found = find(value);
      return found && usage(found);
    },
    usageOf(planId, from, to, keyId) {
      const plan = plans.find(({ id }) => id === planId);
      if (plan === undefined) return undefined;
      const count = Math.round((to - from) / dayMs) + 1;
      const days = Array.from({ length: count }, (_, index) => from + index * dayMs);
      const wanted = keysOf(plan).filter(({ key }) => keyId === undefined || key.id === keyId);
      return new Map(
        wanted.map((each) => {
          const counter = counterOf(each);
          return [
            each.key.id,
            days.map((day): UsedAndRemaining => [counter.usedOn(day), counter.remainingOn(day)]),
          ];
        }),
      );
    },
  };
}
