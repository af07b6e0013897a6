import { Token } from 'aws-cdk-lib';
import { type Grant, isGrant } from '../../../lambda/contract/access/permission.ts';
import { serializeTokenList } from '../../../lambda/contract/token/token-list.ts';
import { ConfigurationError, requireProps, shown } from '../configuration-error.ts';
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
}

/**
 * The most that Lambda allows for a function's environment, in bytes.
 *
 * Source: AWS Lambda Developer Guide, "Lambda quotas": all environment variables together.
 */
export const MAX_ENVIRONMENT_BYTES = 4_096;

/**
 * The longest value that the issuer writes for a client: in the middle of a second rotation within the
 * overlap of the first, when the next token's verifier stands before those of the current token and of
 * the previous one, which has an end.
 */
const MID_SECOND_ROTATION = serializeTokenList([
  { digest: 'A'.repeat(43) },
  { digest: 'A'.repeat(43) },
  { digest: 'A'.repeat(43), until: 0 },
]);

const CLIENT_PROPS: readonly (keyof ClientProps)[] = [
  'name',
  'environmentVariable',
  'permissions',
  'limits',
];

/**
 * Checks the clients of an authorizer.
 *
 * @throws ConfigurationError that names the client, the property and the value, if a name, variable,
 *   grant or limit is malformed, a property is not known, a name or variable stands twice, or the
 *   clients do not fit into a function's environment
 */
export function validateClients(clients: readonly ClientProps[]): void {
  if (clients.length === 0) throw new ConfigurationError('clients must name at least one client');
  for (const [index, client] of clients.entries()) {
    requireProps(`clients[${index}]`, client, CLIENT_PROPS);
    const { name, environmentVariable, permissions, limits } = client;
    if (typeof name !== 'string' || !/^(?=.{1,64}$)[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name)) {
      throw new ConfigurationError(
        `name of a client must be lower-case words with hyphens between, at most 64 characters, got: ${shown(name)}`,
      );
    }
    if (
      typeof environmentVariable !== 'string' ||
      !/^API_TOKEN_[A-Z0-9_]+$/.test(environmentVariable)
    ) {
      throw new ConfigurationError(
        `environmentVariable of client ${name} must look like API_TOKEN_BRAVO, got: ${shown(environmentVariable)}`,
      );
    }
    if (
      !Array.isArray(permissions) ||
      permissions.length === 0 ||
      Token.isUnresolved(permissions)
    ) {
      throw new ConfigurationError(
        `permissions of client ${name} must be a list of at least one, got: ${shown(permissions)}`,
      );
    }
    for (const permission of permissions) {
      if (!isGrant(permission)) {
        throw new ConfigurationError(
          `permissions of client ${name} must look like job.create, job.* or *, got: ${shown(permission)}`,
        );
      }
    }
    if (limits !== undefined) validateLimits(`limits of client ${name}`, limits);
  }
  refuseDuplicates(
    'name',
    clients.map(({ name }) => name),
  );
  refuseDuplicates(
    'environmentVariable',
    clients.map((client) => client.environmentVariable),
  );
  const bytes = environmentBytes(clients);
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    throw new ConfigurationError(
      `the environment of ${clients.length} clients takes ${bytes} bytes when all of them rotate twice within the overlap, and Lambda allows ${MAX_ENVIRONMENT_BYTES}: shorten the variables' names, or use fewer clients`,
    );
  }
}

/** What the clients' variables take at most, in bytes, as the JSON text that Lambda measures. */
export function environmentBytes(clients: readonly ClientProps[]): number {
  return Buffer.byteLength(
    JSON.stringify(
      Object.fromEntries(
        clients.map((client) => [client.environmentVariable, MID_SECOND_ROTATION]),
      ),
    ),
  );
}

function refuseDuplicates(prop: string, values: readonly string[]): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined)
    throw new ConfigurationError(`${prop} of a client must be unique, got twice: ${twice}`);
}
