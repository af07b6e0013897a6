import type { Grant } from './permission.ts';
import type { Route } from './route.ts';
import type { TableRegistry } from './table-registry.ts';

/** A client as the authorizer knows it. */
export interface RegisteredClient {
  readonly name: string;
  /** The environment variable that holds the client's tokens or verifiers. */
  readonly variable: string;
  readonly permissions: readonly Grant[];
  /**
   * The routes that the permissions open, a list for each API: at least one in all, for synth refuses a
   * client without.
   */
  readonly routes: readonly (readonly Route[])[];
  /**
   * The value of the API key by which API Gateway limits and counts the client. No credential. Absent
   * where usage plans are left out.
   */
  readonly usageIdentifierKey?: string;
  /** The addresses and blocks from which the client may call; left out: from everywhere. */
  readonly allowedSources?: readonly string[];
}

/** What travels with the authorizer's bundle: who the clients are, and what is open to each. */
export interface ClientRegistry {
  /** The header that carries the API token, in lower case. */
  readonly headerName: string;
  /** How many APIs there are: with more than one, `API_IDS` has their ids in the order of the routes. */
  readonly apiCount: number;
  /** The clients in the app's code: at least one, unless there is a table. */
  readonly clients: readonly RegisteredClient[];
  readonly table?: TableRegistry;
}

/**
 * Reads the registry that was bundled with the authorizer.
 *
 * @throws TypeError if it is malformed
 */
export function parseClientRegistry(value: unknown): ClientRegistry {
  const registry = value as ClientRegistry | null | undefined;
  if (
    isText(registry?.headerName) &&
    registry.apiCount > 0 &&
    isListOf(
      registry.clients,
      (client) =>
        isText(client?.name) &&
        isText(client.variable) &&
        (client.usageIdentifierKey === undefined || isText(client.usageIdentifierKey)) &&
        (client.allowedSources === undefined || isListOf(client.allowedSources, isText)) &&
        isListOf(client.permissions, isText) &&
        isListOf(client.routes, (routes) => isListOf(routes, isText, 0)) &&
        client.routes.length === registry.apiCount,
      registry.table === undefined ? 1 : 0,
    )
  ) {
    return registry;
  }
  throw new TypeError('malformed client registry');
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isListOf = <T>(value: readonly T[], isItem: (item: T) => boolean, least = 1): boolean =>
  Array.isArray(value) && value.length >= least && value.every(isItem);
