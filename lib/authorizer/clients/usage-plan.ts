import { type Period, type Stage, UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import type { Construct } from 'constructs';
import type { ClientLimits } from './client-limits.ts';

/** Makes a usage plan that gives each of its keys these limits. */
export function usagePlan(
  scope: Construct,
  id: string,
  description: string,
  { rate, burst, quota }: ClientLimits,
): UsagePlan {
  return new UsagePlan(scope, id, {
    description,
    throttle: { rateLimit: rate, burstLimit: burst },
    ...(quota && { quota: { limit: quota.requests, period: quota.period as Period } }),
  });
}

/** Applies plans to stages. */
export function limitStages(plans: Iterable<UsagePlan>, stages: readonly Stage[]): void {
  for (const plan of plans) {
    for (const stage of stages) plan.addApiStage({ stage });
  }
}
