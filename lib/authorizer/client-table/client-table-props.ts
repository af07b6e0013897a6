import { Duration, Token } from 'aws-cdk-lib';
import { isClientName } from '../../../lambda/contract/access/client-name.ts';
import { type ClientLimits, validateLimits } from '../clients/client-limits.ts';
import { ConfigurationError, describeValue, requireProps } from '../configuration-error.ts';
import { requireResolved, validateSeconds } from '../durations.ts';

/**
 * A table for clients that come and go without a deployment: thousands of them, beside the clients in
 * the app's code or in place of them.
 */
export interface ClientTableProps {
  /**
   * The plans that a client of the table can have, each with its limits, by names such as `standard` and
   * `gold`: lower-case words with hyphens between, at most 64 characters. The limits are those of one
   * client: two clients of a plan share nothing.
   *
   * @default - required; to be left out only with `usagePlans: false`
   */
  readonly plans?: Record<string, ClientLimits>;

  /**
   * Whether keys of another form than our tokens may be imported, for partners who go on using the key
   * that they hold. Every unknown text in the header is looked up in the table then: without, only what
   * has our form and checksum.
   *
   * @default false
   */
  readonly importedKeys?: boolean;

  /**
   * Whether clients of the table may be bound to the addresses from which they call. API Gateway keeps
   * results for each token and address then, of clients in code too, and asks the authorizer more often.
   *
   * @default false
   */
  readonly allowedSources?: boolean;

  /**
   * How old an API key has to be before a client depends on it: 0 to 24 hours, in whole seconds. API
   * Gateway learns of a new key late, and answers 403 until then. A few keys of each plan are made
   * in advance.
   *
   * @default - 30 minutes
   */
  readonly keyDelay?: Duration;
}

/** A client table's properties when all defaults are filled in; no plans where usage plans are left out. */
export type ResolvedClientTable = Required<ClientTableProps>;

// A record, so that no property can be missing.
const CLIENT_TABLE_PROPS: Readonly<Record<keyof ClientTableProps, true>> = {
  plans: true,
  importedKeys: true,
  allowedSources: true,
  keyDelay: true,
};

const MAX_KEY_DELAY = Duration.hours(24);

/**
 * Checks a client table's properties, and fills in what was left out.
 *
 * @param usagePlans whether usage plans limit clients
 * @throws ConfigurationError that names the property and the value, if one is not as documented
 */
export function validClientTable(
  props: ClientTableProps,
  usagePlans: boolean,
): ResolvedClientTable {
  requireProps('clientTable', props, Object.keys(CLIENT_TABLE_PROPS));
  if (!usagePlans) refusePlans(props);
  const { plans, importedKeys = false, allowedSources = false } = props;
  const { keyDelay = Duration.minutes(30) } = props;
  if (usagePlans) validatePlans(plans);
  for (const [name, value] of Object.entries({ importedKeys, allowedSources })) {
    if (typeof value !== 'boolean') {
      throw new ConfigurationError(
        `${name} of clientTable must be true or false, got: ${describeValue(value)}`,
      );
    }
  }
  requireResolved('keyDelay of clientTable', keyDelay, 'the client function');
  validateSeconds('keyDelay of clientTable', keyDelay, MAX_KEY_DELAY);
  return { plans: plans ?? {}, importedKeys, allowedSources, keyDelay };
}

function validatePlans(plans: ClientTableProps['plans']): void {
  const isMap = typeof plans === 'object' && plans !== null && !Array.isArray(plans);
  if (!isMap || Token.isUnresolved(plans)) {
    throw new ConfigurationError(
      `plans of clientTable must be an object such as { standard: { rate: 10, burst: 20 } }, got: ${describeValue(plans)}`,
    );
  }
  const names = Object.keys(plans);
  if (names.length === 0) {
    throw new ConfigurationError('plans of clientTable must name at least one plan');
  }
  const malformed = names.find((name) => !isClientName(name));
  if (malformed !== undefined) {
    throw new ConfigurationError(
      `the name of a plan of clientTable must be lower-case words with hyphens between, at most 64 characters, got: ${describeValue(malformed)}`,
    );
  }
  for (const [name, limits] of Object.entries(plans)) {
    validateLimits(`plan ${name} of clientTable`, limits);
  }
}

/** What nothing enforces would be a promise. */
function refusePlans(props: ClientTableProps): void {
  const left = (['plans', 'keyDelay'] as const).find((prop) => props[prop] !== undefined);
  if (left !== undefined) {
    throw new ConfigurationError(
      `${left} of clientTable must be left out with usagePlans: false, because usage plans and their keys are what limits clients`,
    );
  }
}
