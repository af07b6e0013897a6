import type { ClientRegistry } from '../../lambda/contract/access/client-registry.ts';
import { openRoutes } from '../../lambda/contract/access/route.ts';
import { leakPairs } from '../../lambda/contract/policy-proof/leak-pairs.ts';
import {
  protectedRoutes,
  type RestMethod,
} from '../../lambda/contract/policy-proof/rest-method.ts';
import type { ResolvedProps } from './authorizer-props.ts';

/**
 * What travels with the authorizer's bundle.
 *
 * @param apis all methods of each API, in the order of `API_IDS`
 * @param keyValues the value of each client's API key, by its name; none where usage plans are left out
 */
export function clientRegistry(
  { headerName, clients, clientTable }: ResolvedProps,
  apis: readonly (readonly RestMethod[])[],
  keyValues: Readonly<Record<string, string>>,
): ClientRegistry {
  const tableApis = apis.map((methods) => ({
    routes: protectedRoutes(methods),
    leaks: leakPairs(methods),
  }));
  return {
    headerName: headerName.toLowerCase(),
    apiCount: apis.length,
    clients: clients.map(({ name, environmentVariable, permissions }) => {
      const usageIdentifierKey = keyValues[name];
      return {
        name,
        variable: environmentVariable,
        permissions,
        routes: tableApis.map(({ routes }) => openRoutes(permissions, routes)),
        ...(usageIdentifierKey !== undefined && { usageIdentifierKey }),
      };
    }),
    ...(clientTable && {
      table: { apis: tableApis, importedKeys: clientTable.importedKeys },
    }),
  };
}
