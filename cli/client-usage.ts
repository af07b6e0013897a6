import { Problem } from '../terminal/problem.ts';
import type { Aws, KeyUsage, UsagePlan } from './aws/aws.ts';
import type { Days } from './days.ts';

/** What a client has used on one day. */
export interface DayUsage {
  /** In UTC: `2026-11-23`. */
  readonly date: string;
  readonly requests: number;
  /** What was left of the quota at the end of the day; `undefined` without a quota. */
  readonly remaining: number | undefined;
}

/** By what API Gateway counts a client's requests. */
export interface CountedClient {
  readonly name: string;
  readonly usagePlanId?: string;
  /** The client's key where others have the same plan; left out: the plan is the client's own. */
  readonly apiKeyId?: string;
}

/** A client's limits, and what it has used of them. */
export interface ClientUsage {
  readonly plan: UsagePlan;
  readonly days: readonly DayUsage[];
}

/**
 * Reads the limits of a client, and its requests on some days.
 *
 * @throws Problem if the client has no usage plan
 */
export async function readClientUsage(
  aws: Aws,
  { name, usagePlanId, apiKeyId }: CountedClient,
  { from, to, dates }: Days,
): Promise<ClientUsage> {
  if (usagePlanId === undefined) {
    throw new Problem(
      `Client ${name} has no usage plan: its stack was deployed with usagePlans: false, and API Gateway counts nothing. The access log and the dashboard have its requests.`,
    );
  }
  const plan = await aws.usagePlan(usagePlanId);
  const keys = await aws.usage(usagePlanId, from, to, apiKeyId);
  return { plan, days: dates.map((date, index) => dayUsage(date, index, plan, keys)) };
}

/** A day of all keys; API Gateway may leave out a key, or a day, on which nothing was counted. */
function dayUsage(
  date: string,
  index: number,
  { quota }: UsagePlan,
  keys: readonly KeyUsage[],
): DayUsage {
  const days = keys.map((key) => key[index] ?? []);
  const left = days.flatMap(([, remaining]) => remaining ?? []);
  return {
    date,
    requests: days.reduce((sum, [used = 0]) => sum + used, 0),
    // Without a quota, API Gateway's number means nothing.
    remaining: quota === undefined || left.length === 0 ? undefined : Math.min(...left),
  };
}
