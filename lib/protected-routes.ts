import { matchesArnPattern } from '../lambda/contract/arn-pattern.ts';
import type { Permission } from '../lambda/contract/permission.ts';
import { openRoutes, type Route } from '../lambda/contract/route.ts';
import type { ClientProps } from './client-props.ts';

/** Which permission opens which routes. */
export type ProtectedRoutes = Readonly<Record<string, readonly Route[]>>;

/**
 * The longest a policy's resource may be, in characters.
 *
 * Source: Amazon API Gateway quotas, "Configuring and running a REST API".
 */
const MAX_RESOURCE_LENGTH = 512;

/** What an authorizer's whole result should stay below, in bytes. */
const MAX_RESULT_BYTES = 8_192;

// Longer than `arn:aws-us-gov:execute-api:ap-southeast-1:<account>:<api>/<stage>/` with a long stage name.
const ARN_PREFIX_LENGTH = 112;

/** The same routes with one more. */
export function withRoute(
  routes: ProtectedRoutes,
  permission: Permission,
  route: Route,
): ProtectedRoutes {
  return { ...routes, [permission]: [...new Set([...(routes[permission] ?? []), route])] };
}

/**
 * What is wrong with the policies that the clients will get, one sentence each: a policy that opens
 * more than the client's permissions say, or that API Gateway would not take.
 */
export function policyErrors(clients: readonly ClientProps[], routes: ProtectedRoutes): string[] {
  const all = [...new Set(Object.values(routes).flat())];
  return clients.flatMap(({ name, permissions }) => {
    const open = openRoutes(permissions, routes);
    const closed = all.filter((route) => !open.includes(route));
    const leaks = closed.flatMap((route) => {
      const wide = open.find((pattern) => matchesArnPattern(pattern, route.replaceAll('*', 'x')));
      return wide === undefined
        ? []
        : [
            `client ${name} has no permission for ${route}, but its policy would open it with ${wide}, because * in a policy crosses slashes: give the client that permission, or one of the routes another path`,
          ];
    });
    const idle = permissions
      .filter((grant) => openRoutes([grant], routes).length === 0)
      .map(
        (grant) =>
          `permission ${grant} of client ${name} opens no route: the API asks for ${Object.keys(routes).join(', ')}`,
      );
    const long = open
      .filter((route) => ARN_PREFIX_LENGTH + route.length > MAX_RESOURCE_LENGTH)
      .map(
        (route) =>
          `route ${route} does not fit into a policy resource of ${MAX_RESOURCE_LENGTH} characters`,
      );
    const bytes = open.reduce((sum, route) => sum + ARN_PREFIX_LENGTH + route.length + 3, 512);
    return [
      ...idle,
      ...leaks,
      ...long,
      ...(bytes > MAX_RESULT_BYTES
        ? [
            `the policy of client ${name} lists ${open.length} routes and takes about ${bytes} bytes, more than the ${MAX_RESULT_BYTES} that API Gateway takes: give it fewer permissions, or put the routes below a {proxy+}`,
          ]
        : []),
    ];
  });
}
