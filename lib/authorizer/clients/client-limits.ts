import { Token } from 'aws-cdk-lib';
import type { Period } from 'aws-cdk-lib/aws-apigateway';
import { ConfigurationError, describeValue, requireProps } from '../configuration-error.ts';

/** How many requests a client has in each period. */
export interface ClientQuota {
  /** A whole number, at least 1. */
  readonly requests: number;
  /** `DAY`, `WEEK` or `MONTH`; each begins at midnight UTC. */
  readonly period: `${Period}`;
}

/**
 * How often a client may call the API. API Gateway counts and refuses, at best effort.
 *
 * A number may be a CDK token, such as a parameter's `valueAsNumber`: CloudFormation puts it into the
 * usage plan, and API Gateway checks it.
 */
export interface ClientLimits {
  /**
   * Requests a second, over time; above 0. Below 1, the client may have to wait longer than the
   * second that `Retry-After` says.
   */
  readonly rate: number;
  /** How many requests may come at once: a whole number, at least 1. */
  readonly burst: number;
  /**
   * How many requests the client has in each period.
   *
   * @default - as many as rate and burst let through
   */
  readonly quota?: ClientQuota;
}

/** The limits of a client that names none. */
export const DEFAULT_LIMITS: ClientLimits = { rate: 50, burst: 100 };

const PERIODS: readonly string[] = ['DAY', 'WEEK', 'MONTH'] satisfies `${Period}`[];

/**
 * Checks limits before API Gateway would refuse them in the middle of a deployment. Numbers that are
 * tokens pass: only the deployment knows them.
 *
 * Source: API Gateway API Reference, `ThrottleSettings` and `QuotaSettings`: 32-bit integers, but for
 * the rate.
 *
 * @param owner whose limits they are, for the message: `limits of client bravo`
 * @throws ConfigurationError that names the owner, the property and the value, if one is not as
 *   documented
 */
export function validateLimits(owner: string, limits: ClientLimits): void {
  const check = (isRight: boolean, what: string, rule: string, value: unknown) => {
    if (!isRight)
      throw new ConfigurationError(`${what} must be ${rule}, got: ${describeValue(value)}`);
  };
  requireProps(owner, limits, ['rate', 'burst', 'quota']);
  const { rate, burst, quota } = limits;
  check(
    isUnresolvedNumber(rate) || (typeof rate === 'number' && rate > 0 && rate <= MAX_INTEGER),
    `rate in ${owner}`,
    `a number of requests a second above 0, at most ${MAX_INTEGER}`,
    rate,
  );
  check(isCount(burst), `burst in ${owner}`, `a whole number of requests, ${RANGE}`, burst);
  if (quota === undefined) return;
  requireProps(`quota in ${owner}`, quota, ['requests', 'period']);
  const { requests, period } = quota;
  check(isCount(requests), `quota.requests in ${owner}`, `a whole number, ${RANGE}`, requests);
  check(PERIODS.includes(period), `quota.period in ${owner}`, PERIODS.join(' or '), period);
}

const MAX_INTEGER = 2 ** 31 - 1;
const RANGE = `1 to ${MAX_INTEGER}`;

/** A text or an object that is a token would not be a number in the template either. */
const isUnresolvedNumber = (value: unknown) =>
  typeof value === 'number' && Token.isUnresolved(value);

const isCount = (value: unknown) =>
  isUnresolvedNumber(value) ||
  (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_INTEGER);
