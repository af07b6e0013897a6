import { Token } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { isClientName } from '../../../lambda/contract/access/client-name.ts';
import { type Grant, isGrant } from '../../../lambda/contract/access/permission.ts';
import { MAX_SOURCES, sourceFault } from '../../../lambda/contract/access/source-fault.ts';
import { serializeTokenList } from '../../../lambda/contract/token/token-list.ts';
import { API_IDS_VARIABLE } from '../../../lambda/contract/wiring/api-ids.ts';
import { CLIENT_TABLE_VARIABLE } from '../../../lambda/contract/wiring/client-function.ts';
import {
  environmentBytes,
  MAX_ENVIRONMENT_BYTES,
} from '../../../lambda/contract/wiring/environment-size.ts';
import { ConfigurationError, describeValue, requireProps } from '../configuration-error.ts';
import { type ClientLimits, validateLimits } from './client-limits.ts';

/**
 * An external system that calls the API. Its name, variable and permissions have to be known at synth,
 * which writes them into the registry beside the authorizer's code: none may be a CDK token.
 */
export interface ClientProps {
  /**
   * Lower-case words with hyphens between: `bravo`, `ae-plugin`. It stands in logs, in the
   * authorizer context and beside the client's data: renaming a client makes it another one.
   */
  readonly name: string;
  /** The authorizer's environment variable for this client: `API_TOKEN_BRAVO`. */
  readonly environmentVariable: string;
  /** What the client may do: permissions such as `job.create`, or `job.*`, or `*`. */
  readonly permissions: Grant[];
  /**
   * How often the client may call.
   *
   * @default - the authorizer's `defaultLimits`
   */
  readonly limits?: ClientLimits;
  /**
   * The addresses and blocks from which the client may call, at most 20: `203.0.113.7`,
   * `203.0.113.0/24`, `2001:db8::/32`. From elsewhere its token is a 403. As soon as one client has some, API
   * Gateway keeps results for each token and address, and asks the authorizer more often. Behind a proxy
   * or CloudFront, the address is the proxy's.
   *
   * @default - from everywhere
   */
  readonly allowedSources?: string[];
  /**
   * A secret that exists already, by its complete ARN. A plain token in it stays the client's token when
   * the issuer first meets it; from then on the issuer writes it.
   *
   * @default - a new secret
   */
  readonly secret?: ISecret;
}

/**
 * The longest value that the issuer writes for a client: in the middle of a second rotation within the
 * overlap of the first, when the next token's verifier stands before those of the current token and of
 * the previous one, which has an end.
 */
const MID_SECOND_ROTATION = serializeTokenList([
  { digest: 'A'.repeat(43) },
  { digest: 'A'.repeat(43) },
  { digest: 'A'.repeat(43), expiresAt: 0 },
]);

/** Source: Amazon DynamoDB Developer Guide, "Naming rules". */
const LONGEST_TABLE_NAME = 'A'.repeat(255);

/** Ids of APIs have 10 letters and digits. */
const LONGEST_API_ID = 'a'.repeat(10);

const CLIENT_PROPS: readonly (keyof ClientProps)[] = [
  'name',
  'environmentVariable',
  'permissions',
  'limits',
  'allowedSources',
  'secret',
];

/**
 * Checks the clients of an authorizer.
 *
 * @param hasTable whether other clients are in a table: then there need be none in code
 * @throws ConfigurationError that names the client, the property and the value, if a name, variable,
 *   grant or limit is malformed, a property is not known, a name or variable stands twice, or the
 *   clients do not fit into a function's environment
 */
export function validateClients(
  clients: ClientProps[] | undefined,
  hasTable: boolean,
): asserts clients is ClientProps[] {
  if (!Array.isArray(clients) || Token.isUnresolved(clients)) {
    throw new ConfigurationError(
      `clients must be a list that is known at synth, got: ${describeValue(clients)}`,
    );
  }
  if (clients.length === 0 && !hasTable) {
    throw new ConfigurationError('clients must name at least one client, or clientTable be given');
  }
  for (const [index, client] of clients.entries()) validateClient(index, client);
  refuseDuplicates(
    'name',
    clients.map(({ name }) => name),
  );
  refuseDuplicates(
    'environmentVariable',
    clients.map((client) => client.environmentVariable),
  );
  const [error] = sizeErrors(clients, hasTable, 1);
  if (error !== undefined) throw new ConfigurationError(error);
}

/**
 * What is wrong with the size of the authorizer's environment, in a sentence.
 *
 * @param hasTable whether one of the variables names a client table
 * @param apiCount how many APIs there are: with more than one, a variable has their ids
 */
export function sizeErrors(
  clients: readonly ClientProps[],
  hasTable: boolean,
  apiCount: number,
): string[] {
  const ids = Array<string>(apiCount).fill(LONGEST_API_ID).join(' ');
  const variables = largestEnvironment(clients, hasTable);
  const bytes = environmentBytes({
    ...variables,
    ...(apiCount > 1 && { [API_IDS_VARIABLE]: ids }),
  });
  if (bytes <= MAX_ENVIRONMENT_BYTES) return [];
  const apis = apiCount > 1 ? ` and ${apiCount} APIs` : '';
  return [
    `the environment of ${clients.length} clients${apis} takes ${bytes} bytes when all of them rotate twice within the overlap, and Lambda allows ${MAX_ENVIRONMENT_BYTES}: shorten the variables' names, or use fewer clients in code${hasTable ? '' : ' and a clientTable for the others'}`,
  ];
}

function validateClient(index: number, client: ClientProps): void {
  requireProps(`clients[${index}]`, client, CLIENT_PROPS);
  const { name, environmentVariable, permissions, limits, allowedSources, secret } = client;
  if (!isClientName(name)) {
    throw new ConfigurationError(
      `name of a client must be lower-case words with hyphens between, at most 64 characters, got: ${describeValue(name)}`,
    );
  }
  if (
    typeof environmentVariable !== 'string' ||
    !/^API_TOKEN_[A-Z0-9_]+$/.test(environmentVariable)
  ) {
    throw new ConfigurationError(
      `environmentVariable of client ${name} must look like API_TOKEN_BRAVO, got: ${describeValue(environmentVariable)}`,
    );
  }
  validatePermissions(name, permissions);
  if (limits !== undefined) validateLimits(`limits of client ${name}`, limits);
  if (allowedSources !== undefined) validateSources(name, allowedSources);
  if (secret !== undefined && secret.secretFullArn === undefined) {
    throw new ConfigurationError(
      `secret of client ${name} must be known by its complete ARN, which policies name: use Secret.fromSecretCompleteArn()`,
    );
  }
}

function validatePermissions(clientName: string, permissions: readonly Grant[]): void {
  const owner = `permissions of client ${clientName}`;
  if (!Array.isArray(permissions) || permissions.length === 0 || Token.isUnresolved(permissions)) {
    throw new ConfigurationError(
      `${owner} must be a list of at least one, got: ${describeValue(permissions)}`,
    );
  }
  const malformed = permissions.findIndex((permission) => !isGrant(permission));
  if (malformed >= 0) {
    throw new ConfigurationError(
      `${owner} must look like job.create, job.* or *, got: ${describeValue(permissions[malformed])}`,
    );
  }
}

function validateSources(clientName: string, sources: readonly string[]): void {
  const owner = `allowedSources of client ${clientName}`;
  const isList = Array.isArray(sources) && !Token.isUnresolved(sources);
  if (!isList || sources.length === 0 || sources.length > MAX_SOURCES) {
    throw new ConfigurationError(
      `${owner} must be a list of 1 to ${MAX_SOURCES} addresses and blocks that is known at synth, got: ${describeValue(sources)}`,
    );
  }
  for (const source of sources) {
    const fault = sourceFault(source);
    if (fault !== undefined) {
      throw new ConfigurationError(`${owner}: ${describeValue(source)} ${fault}`);
    }
  }
}

/**
 * The authorizer's variables when all of them are as long as they can be.
 *
 * @param hasTable whether one of them names a client table
 */
export function largestEnvironment(
  clients: readonly ClientProps[],
  hasTable: boolean,
): Readonly<Record<string, string>> {
  const variables = Object.fromEntries(
    clients.map((client) => [client.environmentVariable, MID_SECOND_ROTATION]),
  );
  return { ...variables, ...(hasTable && { [CLIENT_TABLE_VARIABLE]: LONGEST_TABLE_NAME }) };
}

function refuseDuplicates(prop: string, values: readonly string[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined)
    throw new ConfigurationError(`${prop} of a client must be unique, got twice: ${twice}`);
}
