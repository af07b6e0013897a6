import type { KeyUsage } from './authorize/usage-plans.ts';
import type { Gateway } from './gateway.ts';

/** What each key of a plan has used; plans of several stages are listed once. */
export function usageOf(gateways: readonly Gateway[], ofPlans?: ReadonlySet<string>): KeyUsage[] {
  const all = gateways.flatMap((gateway) => gateway.usagePlans(ofPlans));
  return [...new Map(all.map((one) => [JSON.stringify([one.planId, one.keyId]), one])).values()];
}

/** What the key with a value has used of its plan, which is the same at all stages of the plan. */
export function usageOfKey(gateways: readonly Gateway[], value: string): KeyUsage | undefined {
  return gateways.map((gateway) => gateway.usageOfKey(value)).find((usage) => usage !== undefined);
}
