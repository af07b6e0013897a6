import type { Stage, UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { ClientLimits } from '../clients/client-limits.ts';
import { limitStages, usagePlan } from '../clients/usage-plan.ts';

/**
 * A usage plan for each tier of a client table. The client function puts a key for each client into the
 * plan of the client's tier; API Gateway limits each key of a plan apart.
 */
export class TierUsagePlans extends Construct {
  /** By the tier's name. */
  readonly plans: ReadonlyMap<string, UsagePlan>;

  constructor(scope: Construct, id: string, tiers: Readonly<Record<string, ClientLimits>>) {
    super(scope, id);
    this.plans = new Map(
      Object.entries(tiers).map(([name, limits]) => [
        name,
        usagePlan(this, `Plan-${name}`, `Limits of each client of plan ${name}`, limits),
      ]),
    );
  }

  /** Applies the plans to stages. */
  limit(stages: readonly Stage[]): void {
    limitStages(this.plans.values(), stages);
  }
}
