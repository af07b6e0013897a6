import type { Period } from 'aws-cdk-lib/aws-apigateway';

/** How often a client may call the API. API Gateway counts and refuses, at best effort. */
export interface ClientLimits {
  /** Requests a second, over time; above 0. */
  readonly rate: number;
  /** How many requests may come at once: a whole number, at least 1. */
  readonly burst: number;
  /**
   * How many requests the client has in each period.
   *
   * @default - as many as rate and burst let through
   */
  readonly quota?: {
    /** A whole number, at least 1. */
    readonly requests: number;
    /** `DAY`, `WEEK` or `MONTH`; each begins at midnight UTC. */
    readonly period: `${Period}`;
  };
}

/** The limits of a client that has none of its own: half of what the job API's stage takes. */
export const DEFAULT_LIMITS: ClientLimits = { rate: 50, burst: 100 };

const PERIODS: readonly string[] = ['DAY', 'WEEK', 'MONTH'] satisfies `${Period}`[];

/**
 * Checks limits before API Gateway would refuse them in the middle of a deployment.
 *
 * @param owner whose limits they are, for the message: `limits of client bravo`
 * @throws Error that names the owner, the property and the value, if one is not as documented
 */
export function validateLimits(owner: string, { rate, burst, quota }: ClientLimits): void {
  const check = (isRight: boolean, prop: string, rule: string, value: unknown) => {
    if (!isRight) {
      throw new Error(`${prop} in ${owner} must be ${rule}, got: ${JSON.stringify(value)}`);
    }
  };
  check(Number.isFinite(rate) && rate > 0, 'rate', 'a number of requests a second above 0', rate);
  check(isCount(burst), 'burst', 'a whole number of requests, at least 1', burst);
  if (quota === undefined) return;
  check(isCount(quota?.requests), 'quota.requests', 'a whole number, at least 1', quota?.requests);
  check(PERIODS.includes(quota.period), 'quota.period', PERIODS.join(' or '), quota.period);
}

const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 1;
