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
 * @param methods all methods of the API
 * @param keyValues the value of each client's API key, by its name; none where usage plans are left out
 */
export function clientRegistry(
  { headerName, clients, clientTable }: ResolvedProps,
  methods: readonly RestMethod[],
  keyValues: Readonly<Record<string, string>>,
): ClientRegistry {
  const routes = protectedRoutes(methods);
  return {
    headerName: headerName.toLowerCase(),
    clients: clients.map(({ name, environmentVariable, permissions }) => {
      const usageIdentifierKey = keyValues[name];
      return {
        name,
        variable: environmentVariable,
        permissions,
        routes: openRoutes(permissions, routes),
        ...(usageIdentifierKey !== undefined && { usageIdentifierKey }),
      };
    }),
    ...(clientTable && {
      table: {
        routes,
        leaks: leakPairs(methods),
        importedKeys: clientTable.importedKeys,
      },
    }),
  };
}
