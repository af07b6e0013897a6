import { createHash } from 'node:crypto';
import { ApiKey, type Stage, type UsagePlan } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { outermostStack } from '../outermost-stack.ts';
import type { ClientLimits } from './client-limits.ts';
import type { ClientProps } from './client-props.ts';
import { limitStages, usagePlan } from './usage-plan.ts';

/** Properties of {@link ClientUsagePlans}. */
export interface ClientUsagePlansProps {
  readonly clients: readonly ClientProps[];
  /** The limits of a client that names none. */
  readonly defaultLimits: ClientLimits;
}

/**
 * A usage plan and an API key for each client, by which API Gateway limits and counts its requests,
 * those on cached results too. The key only names the client to API Gateway: the authorizer returns
 * it as `usageIdentifierKey`, and a request that carries it gets in no further.
 *
 * Each client has its own plan, even where limits are the same: a key can be in one plan per
 * stage only, and CloudFormation would put it into another plan before it takes it out of the first.
 *
 * Source: API Gateway Developer Guide, "Usage plans and API keys for REST APIs".
 */
export class ClientUsagePlans extends Construct {
  /** By the client's name. */
  readonly plans: Readonly<Record<string, UsagePlan>>;
  /** By the client's name: what the authorizer returns as `usageIdentifierKey`. */
  readonly keyValues: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { clients, defaultLimits }: ClientUsagePlansProps) {
    super(scope, id);
    this.keyValues = Object.fromEntries(clients.map(({ name }) => [name, this.#keyValue(name)]));
    this.plans = Object.fromEntries(
      clients.map(({ name, limits = defaultLimits }) => [name, this.#plan(name, limits)]),
    );
  }

  /** Applies the plans to stages. */
  limit(stages: readonly Stage[]): void {
    limitStages(Object.values(this.plans), stages);
  }

  #plan(name: string, limits: ClientLimits): UsagePlan {
    const plan = usagePlan(this, `Plan-${name}`, `Limits of client ${name}`, limits);
    plan.addApiKey(
      new ApiKey(this, `Key-${name}`, {
        description: `Names client ${name} to API Gateway, and opens nothing`,
        value: this.#keyValue(name),
      }),
    );
    return plan;
  }

  /**
   * The same at every synth, and another one for every stack, because a value can be there once in an
   * account and region; 40 letters and digits of the 20 to 128 that API Gateway takes.
   */
  #keyValue(name: string): string {
    return createHash('sha256')
      .update(`${outermostStack(this).stackName} ${this.node.path} ${name}`)
      .digest('hex')
      .slice(0, 40);
  }
}
