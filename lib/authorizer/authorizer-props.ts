import { Duration } from 'aws-cdk-lib';
import { DEFAULT_TOKEN_PREFIX, isTokenPrefix } from '../../lambda/contract/token/token-format.ts';
import { MAX_OVERLAP_SECONDS } from '../../lambda/contract/wiring/issuer.ts';
import { type ClientLimits, DEFAULT_LIMITS, validateLimits } from './clients/client-limits.ts';
import { type ClientProps, validateClients } from './clients/client-props.ts';
import { ConfigurationError, shown, UNRESOLVED } from './configuration-error.ts';

const MAX_CACHE_TTL = Duration.hours(1);

/** Properties of an {@link ApiTokenAuthorizer}. */
export interface ApiTokenAuthorizerProps {
  /** The external systems that may call the API: at least one, with unique names and variables. */
  readonly clients: ClientProps[];

  /**
   * How long API Gateway keeps a result before it asks the authorizer again: 0 to 1 hour, in whole
   * seconds. A token that is no longer valid may be accepted for as long as this. It may be a CDK token
   * (`Duration.seconds(parameter.valueAsNumber)`): API Gateway checks it.
   *
   * @default - 5 minutes
   */
  readonly cacheTtl?: Duration;

  /**
   * The header that carries the API token.
   *
   * @default - X-API-Token
   */
  readonly headerName?: string;

  /**
   * What every token begins with, so that secret scanners can find it: 2 to 16 lower-case letters
   * and digits, a letter first.
   *
   * @default - atk
   */
  readonly tokenPrefix?: string;

  /**
   * How long a client's old token stays valid beside the new one after a rotation: 0 to 30 days, in
   * whole seconds.
   *
   * @default - 24 hours
   */
  readonly rotationOverlap?: Duration;

  /**
   * The limits of every client that has none of its own in `clients`.
   *
   * @default - 50 requests a second, bursts of 100, no quota
   */
  readonly defaultLimits?: ClientLimits;
}

/**
 * Checks an authorizer's properties, and fills in what was left out.
 *
 * @throws ConfigurationError that names the property and the value, if one of them is not as
 *   documented, or the clients do not fit into a function's environment of 4 KB
 */
export function validProps({
  clients,
  cacheTtl = Duration.minutes(5),
  headerName = 'X-API-Token',
  tokenPrefix = DEFAULT_TOKEN_PREFIX,
  rotationOverlap = Duration.hours(24),
  defaultLimits = DEFAULT_LIMITS,
}: ApiTokenAuthorizerProps): Required<ApiTokenAuthorizerProps> {
  validateClients(clients);
  validateLimits('defaultLimits', defaultLimits);
  validateSeconds('cacheTtl', cacheTtl, MAX_CACHE_TTL);
  if (rotationOverlap.isUnresolved()) {
    throw new ConfigurationError(
      `rotationOverlap must be a duration, got: ${UNRESOLVED}, and the issuer would take it unchecked`,
    );
  }
  validateSeconds('rotationOverlap', rotationOverlap, Duration.seconds(MAX_OVERLAP_SECONDS));
  if (!isTokenPrefix(tokenPrefix)) {
    throw new ConfigurationError(
      `tokenPrefix must be 2 to 16 lower-case letters and digits, a letter first, got: ${shown(tokenPrefix)}`,
    );
  }
  // What API Gateway takes in a mapping such as method.request.header.{name}.
  if (!/^[a-zA-Z0-9._$-]+$/.test(headerName)) {
    throw new ConfigurationError(
      `headerName must be the name of a header, got: ${shown(headerName)}`,
    );
  }
  return { clients, cacheTtl, headerName, tokenPrefix, rotationOverlap, defaultLimits };
}

function validateSeconds(prop: string, duration: Duration, most: Duration): void {
  if (duration.isUnresolved()) {
    if (duration.unitLabel() === 'seconds') return;
    throw new ConfigurationError(
      `${prop} is ${UNRESOLVED}, and cannot be converted to seconds: write it as Duration.seconds()`,
    );
  }
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds > most.toSeconds()) {
    throw new ConfigurationError(
      `${prop} must be 0 to ${most.toHumanString()} in whole seconds, got: ${duration.toHumanString()}`,
    );
  }
}
