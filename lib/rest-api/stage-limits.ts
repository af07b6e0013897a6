import { Token } from 'aws-cdk-lib';
import type { ClientTableProps } from '../authorizer/client-table/client-table-props.ts';
import { type ClientLimits, DEFAULT_LIMITS } from '../authorizer/clients/client-limits.ts';
import type { ClientProps } from '../authorizer/clients/client-props.ts';
import { ConfigurationError, UNRESOLVED } from '../authorizer/configuration-error.ts';

/** What an account has in a region by default: a stage cannot take more. Source: API Gateway quotas. */
const ACCOUNT = { rate: 10_000, burst: 5_000 };

/** What a stage takes from everybody together, and from one address if a web ACL looks at it. */
export class StageLimits {
  /**
   * The limits of a stage for what its clients may do together, with room beside it for two addresses
   * that are as fast as the fastest client: so many strangers take nothing from any client. A client
   * that calls from one address stays below what an address may send.
   *
   * How many clients a table has, nobody knows at synth: with one, the stage takes what an account has
   * by default, so that a client more never slows the others down. Set the stage's limits yourself where
   * other APIs of the account need room.
   *
   * `docs/decisions/0015` of the repository says why, and what a flood costs.
   *
   * @param clients those in code
   * @param defaultLimits the limits of every client that names none, as given to the authorizer
   * @param clientTable as given to the authorizer
   * @throws ConfigurationError if a limit is a CDK token, which cannot be added up
   */
  static forClients(
    clients: ClientProps[],
    defaultLimits?: ClientLimits,
    clientTable?: ClientTableProps,
  ): StageLimits {
    const ofClients = clients.map(({ name, limits = defaultLimits ?? DEFAULT_LIMITS }) => {
      requireNumbers(`the limits of client ${name}`, limits);
      return limits;
    });
    const ofPlans = Object.entries(clientTable?.plans ?? {}).map(([name, limits]) => {
      requireNumbers(`plan ${name} of clientTable`, limits);
      return limits;
    });
    return new StageLimits([...ofClients, ...ofPlans], clientTable !== undefined);
  }

  /** Requests a second. */
  readonly rate: number;
  /** How many requests may come at once. */
  readonly burst: number;
  /** Requests a minute from one address. */
  readonly perAddress: number;

  private constructor(limits: ClientLimits[], isOpenEnded: boolean) {
    const rate = withRoom('rate', limits);
    const burst = withRoom('burst', limits);
    this.rate = isOpenEnded ? ACCOUNT.rate : rate.stage;
    this.burst = isOpenEnded ? ACCOUNT.burst : burst.stage;
    this.perAddress = Math.ceil(60 * rate.stranger + burst.stranger);
  }
}

function requireNumbers(owner: string, limits: ClientLimits): void {
  for (const prop of ['rate', 'burst'] as const) {
    if (Token.isUnresolved(limits[prop])) {
      throw new ConfigurationError(
        `${prop} in ${owner} must be a number, because the stage takes the sum of all clients, got: ${UNRESOLVED}`,
      );
    }
  }
}

function withRoom(prop: 'rate' | 'burst', limits: readonly ClientLimits[]) {
  const values = limits.map((each) => each[prop]);
  const sum = values.reduce((total, value) => total + value, 0);
  // However low the clients' limits are, a stranger gets what a client has by default.
  const stranger = Math.max(DEFAULT_LIMITS[prop], ...values);
  return { stranger, stage: Math.min(Math.ceil(sum + 2 * stranger), ACCOUNT[prop]) };
}
