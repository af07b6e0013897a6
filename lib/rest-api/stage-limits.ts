import { Token } from 'aws-cdk-lib';
import type { ClientLimits } from '../authorizer/clients/client-limits.ts';
import type { ClientProps } from '../authorizer/clients/client-props.ts';
import { ConfigurationError, UNRESOLVED } from '../authorizer/configuration-error.ts';

/** What a stage takes from everybody together, and from one address if a web ACL looks at it. */
export interface StageLimits {
  /** Requests a second. */
  readonly rate: number;
  /** How many requests may come at once. */
  readonly burst: number;
  /** Requests a minute from one address. */
  readonly perAddress: number;
}

/** What an account has in a region by default: a stage cannot take more. Source: API Gateway quotas. */
const ACCOUNT = { rate: 10_000, burst: 5_000 };

/** Room for one stranger, however low the clients' limits are: as much as a client has by default. */
const MIN_STRANGER = { rate: 50, burst: 100 };

/**
 * The limits of a stage for what its clients may do together, with room beside it for two addresses
 * that are as fast as the fastest client: so many strangers take nothing from any client. A client that
 * calls from one address stays below what an address may send.
 *
 * docs/decisions/0015 says why, and what a flood costs.
 *
 * @throws ConfigurationError if a limit is a CDK token, which cannot be added up
 */
export function stageLimits(
  clients: readonly ClientProps[],
  defaultLimits: ClientLimits,
): StageLimits {
  const all = clients.map(({ name, limits = defaultLimits }) => {
    for (const prop of ['rate', 'burst'] as const) {
      if (Token.isUnresolved(limits[prop])) {
        throw new ConfigurationError(
          `${prop} in the limits of client ${name} must be a number, because the stage takes the sum of all clients, got: ${UNRESOLVED}`,
        );
      }
    }
    return limits;
  });
  const withRoom = (prop: 'rate' | 'burst') => {
    const values = all.map((limits) => limits[prop]);
    const sum = values.reduce((total, value) => total + value, 0);
    const stranger = Math.max(MIN_STRANGER[prop], ...values);
    return {
      stranger,
      stage: Math.min(Math.ceil(sum + 2 * stranger), ACCOUNT[prop]),
    };
  };
  const rate = withRoom('rate');
  const burst = withRoom('burst');
  return {
    rate: rate.stage,
    burst: burst.stage,
    perAddress: Math.ceil(60 * rate.stranger + burst.stranger),
  };
}
