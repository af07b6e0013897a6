import type { ClientRegistry } from '../../lambda/contract/access/client-registry.ts';
import { openRoutes } from '../../lambda/contract/access/route.ts';
import { leakPairs } from '../../lambda/contract/policy-proof/leak-pairs.ts';
import { precedenceOf } from '../../lambda/contract/policy-proof/precedence.ts';
import {
  type ApiMethods,
  protectedRoutes,
} from '../../lambda/contract/policy-proof/rest-method.ts';
import type { ResolvedProps } from './authorizer-props.ts';

/**
 * What travels with the authorizer's bundle.
 *
 * @param apis in the order of `API_IDS`
 * @param keyValues the value of each client's API key, by its name; none where usage plans are left out
 */
export function clientRegistry(
  { headerName, clients, clientTable }: ResolvedProps,
  apis: readonly ApiMethods[],
  keyValues: Readonly<Record<string, string>>,
): ClientRegistry {
  const tableApis = apis.map((api) => ({
    routes: protectedRoutes(api.methods),
    leaks: leakPairs(api.methods, precedenceOf(api)),
  }));
  return {
    headerName: headerName.toLowerCase(),
    apiCount: apis.length,
    clients: clients.map(({ name, environmentVariable, permissions, allowedSources }) => {
      const usageIdentifierKey = keyValues[name];
      return {
        name,
        variable: environmentVariable,
        permissions,
        routes: tableApis.map(({ routes }) => openRoutes(permissions, routes)),
        ...(usageIdentifierKey !== undefined && { usageIdentifierKey }),
        ...(allowedSources && { allowedSources }),
      };
    }),
    ...(clientTable && {
      table: { apis: tableApis, importedKeys: clientTable.importedKeys },
    }),
  };
}
