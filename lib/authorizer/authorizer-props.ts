import { Duration, RemovalPolicy, Token } from 'aws-cdk-lib';
import { isPermission, permits } from '../../lambda/contract/access/permission.ts';
import { DEFAULT_TOKEN_PREFIX, isTokenPrefix } from '../../lambda/contract/token/token-format.ts';
import { MAX_OVERLAP_SECONDS } from '../../lambda/contract/wiring/issuer.ts';
import type { FunctionSettings } from '../functions/function-settings.ts';
import {
  type ClientTableProps,
  type ResolvedClientTable,
  validClientTable,
} from './client-table/client-table-props.ts';
import { type ClientLimits, DEFAULT_LIMITS, validateLimits } from './clients/client-limits.ts';
import { type ClientProps, validateClients } from './clients/client-props.ts';
import { ConfigurationError, describeValue, requireProps } from './configuration-error.ts';
import { requireResolved, validateSeconds } from './durations.ts';

const MAX_CACHE_TTL = Duration.hours(1);

/** Properties of an {@link ApiTokenAuthorizer}. */
export interface ApiTokenAuthorizerProps extends FunctionSettings {
  /**
   * The external systems that may call the API, with unique names and variables.
   *
   * @default - required; to be left out only with `clientTable`
   */
  readonly clients?: ClientProps[];

  /**
   * A table in DynamoDB for clients that are added, changed and removed by the operator's command, without a
   * deployment. Clients in code go on working without it.
   *
   * @default - none: every client is in code
   */
  readonly clientTable?: ClientTableProps;

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
   * The limits of every client in `clients` that names none.
   *
   * @default - 50 requests a second, bursts of 100, no quota
   */
  readonly defaultLimits?: ClientLimits;

  /**
   * Whether API Gateway limits and counts each client by a usage plan. Without, an account's quota of
   * plans and keys is not touched, and every client may use all that the stage lets through.
   *
   * @default true
   */
  readonly usagePlans?: boolean;

  /**
   * Every permission that there is. A method that asks for another one, and a client that has one that
   * is not in it, fail synth.
   *
   * @default - what the methods ask for
   */
  readonly permissions?: string[];

  /**
   * What becomes of the clients' secrets and of the client table when they leave the stack, or the stack
   * goes.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE: a deleted stack must not take away the only copy of a
   *   partner's credential; after a first deployment that failed, nobody has it
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The memory of the authorizer function, in MB; its processor grows with it.
   *
   * @default 256
   */
  readonly memorySize?: number;

  /**
   * How many calls of the authorizer may run at once. What is over it fails, and its requests with 500.
   *
   * @default - as many as the account lets
   */
  readonly reservedConcurrentExecutions?: number;
}

// A record, so that no property can be missing.
const AUTHORIZER_PROPS: Readonly<Record<keyof ApiTokenAuthorizerProps, true>> = {
  clients: true,
  clientTable: true,
  cacheTtl: true,
  headerName: true,
  tokenPrefix: true,
  rotationOverlap: true,
  defaultLimits: true,
  usagePlans: true,
  permissions: true,
  removalPolicy: true,
  memorySize: true,
  reservedConcurrentExecutions: true,
  encryptionKey: true,
  logRetention: true,
  vpc: true,
  vpcSubnets: true,
  securityGroups: true,
  architecture: true,
};

/** An authorizer's properties among others, for a construct that takes both. */
export function authorizerProps(props: ApiTokenAuthorizerProps): ApiTokenAuthorizerProps {
  const own = Object.entries(props).filter(([name]) => name in AUTHORIZER_PROPS);
  return Object.fromEntries(own);
}

/** An authorizer's properties when all defaults are filled in. */
export type ResolvedProps = Omit<ApiTokenAuthorizerProps, 'clientTable'> & {
  readonly clientTable?: ResolvedClientTable;
} & Required<
    Pick<
      ApiTokenAuthorizerProps,
      | 'clients'
      | 'cacheTtl'
      | 'headerName'
      | 'tokenPrefix'
      | 'rotationOverlap'
      | 'defaultLimits'
      | 'usagePlans'
      | 'removalPolicy'
      | 'memorySize'
    >
  >;

/**
 * Checks an authorizer's properties, and fills in what was left out.
 *
 * @throws ConfigurationError that names the property and the value, if one of them is not as
 *   documented, or the clients do not fit into a function's environment of 4 KB
 */
export function validProps(props: ApiTokenAuthorizerProps): ResolvedProps {
  requireProps('ApiTokenAuthorizer', props, Object.keys(AUTHORIZER_PROPS));
  const {
    clientTable: table,
    clients = table === undefined ? undefined : [],
    permissions,
    cacheTtl = Duration.minutes(5),
    headerName = 'X-API-Token',
    tokenPrefix = DEFAULT_TOKEN_PREFIX,
    rotationOverlap = Duration.hours(24),
    defaultLimits = DEFAULT_LIMITS,
    usagePlans = true,
    removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    memorySize = 256,
  } = props;
  const clientTable = table === undefined ? undefined : validClientTable(table, usagePlans);
  validateClients(clients, clientTable !== undefined);
  validateLimits('defaultLimits', defaultLimits);
  validateSeconds('cacheTtl', cacheTtl, MAX_CACHE_TTL);
  requireResolved('rotationOverlap', rotationOverlap, 'the issuer');
  validateSeconds('rotationOverlap', rotationOverlap, Duration.seconds(MAX_OVERLAP_SECONDS));
  if (typeof tokenPrefix !== 'string' || !isTokenPrefix(tokenPrefix)) {
    throw new ConfigurationError(
      `tokenPrefix must be 2 to 16 lower-case letters and digits, a letter first, got: ${describeValue(tokenPrefix)}`,
    );
  }
  // What API Gateway takes in a mapping such as method.request.header.{name}.
  if (typeof headerName !== 'string' || !/^[a-zA-Z0-9._$-]+$/.test(headerName)) {
    throw new ConfigurationError(
      `headerName must be the name of a header, got: ${describeValue(headerName)}`,
    );
  }
  validatePermissions(clients, permissions);
  if (!usagePlans) refuseLimits(clients, props.defaultLimits);
  const { clientTable: _, ...rest } = props;
  return {
    ...rest,
    ...(clientTable && { clientTable }),
    clients,
    cacheTtl,
    headerName,
    tokenPrefix,
    rotationOverlap,
    defaultLimits,
    usagePlans,
    removalPolicy,
    memorySize,
  };
}

function validatePermissions(clients: readonly ClientProps[], permissions?: string[]): void {
  if (permissions === undefined) return;
  if (!Array.isArray(permissions) || Token.isUnresolved(permissions)) {
    throw new ConfigurationError(`permissions must be a list, got: ${describeValue(permissions)}`);
  }
  const malformed = permissions.find((permission) => !isPermission(permission));
  if (malformed !== undefined) {
    throw new ConfigurationError(
      `permissions must look like job.create, got: ${describeValue(malformed)}`,
    );
  }
  for (const { name, permissions: grants } of clients) {
    const idle = grants.find((grant) => !permissions.some((each) => permits([grant], each)));
    if (idle !== undefined) {
      throw new ConfigurationError(
        `permissions of client ${name} must be among ${permissions.join(', ')}, got: ${describeValue(idle)}`,
      );
    }
  }
}

/** A limit that nothing enforces would be a promise. */
function refuseLimits(clients: readonly ClientProps[], defaultLimits?: ClientLimits): void {
  const client = clients.find(({ limits }) => limits !== undefined);
  const owner = defaultLimits ? 'defaultLimits' : client && `limits of client ${client.name}`;
  if (owner !== undefined) {
    throw new ConfigurationError(
      `${owner} must be left out with usagePlans: false, because usage plans are what limits clients`,
    );
  }
}
