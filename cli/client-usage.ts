import { Problem } from '../terminal/problem.ts';
import type { Aws, KeyUsage, UsagePlan } from './aws/aws.ts';
import type { Days } from './days.ts';
import type { Client } from './deployment.ts';

/** What a client has used on one day. */
export interface DayUsage {
  /** In UTC: `2026-11-23`. */
  readonly date: string;
  readonly requests: number;
  /** Requests left of the quota at the end of the day; `undefined` without a quota. */
  readonly remaining: number | undefined;
}

/** A client's limits and requests. */
export interface ClientUsage {
  readonly client: Client;
  readonly plan: UsagePlan;
  readonly days: readonly DayUsage[];
}

/**
 * Reads a client's limits, and its requests on these days.
 *
 * @throws Problem if the stack's outputs do not name the client's usage plan
 */
export async function readClientUsage(
  aws: Aws,
  stack: string,
  client: Client,
  { from, to, dates }: Days,
): Promise<ClientUsage> {
  const { usagePlanId } = client;
  if (usagePlanId === undefined) {
    throw new Problem(
      `Stack ${stack} has no usage plan of client ${client.name} among its outputs: deploy it again, as it was deployed before clients had limits.`,
    );
  }
  const plan = await aws.usagePlan(usagePlanId);
  const keys = await aws.usage(usagePlanId, from, to);
  return { client, plan, days: dates.map((date, index) => dayUsage(date, index, plan, keys)) };
}

/** Adds up a day over all keys. API Gateway may leave out a key or a day without requests. */
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
    // API Gateway sends a number without a quota too, and it means nothing.
    remaining: quota === undefined || left.length === 0 ? undefined : Math.min(...left),
  };
}
