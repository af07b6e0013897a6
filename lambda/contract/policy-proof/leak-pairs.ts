import { leakFinder } from './find-leak.ts';
import { type Precedence, restPrecedence } from './precedence.ts';
import { protectedRoutes, type RestMethod } from './rest-method.ts';

/**
 * The pairs of permissions that cannot be told apart in one direction: the routes of the first also
 * match a request to a method that asks for the second. A client's policy opens more than its
 * permissions say if and only if the client has the first of a pair without the second, for a policy
 * is as wide as its routes.
 *
 * @param methods all methods of the API, also those that API tokens do not guard
 * @param comesFirst how the API chooses among them
 */
export function leakPairs(
  methods: readonly RestMethod[],
  comesFirst: Precedence = restPrecedence,
): [opened: string, leaked: string][] {
  const findLeak = leakFinder(methods, comesFirst);
  return Object.entries(protectedRoutes(methods)).flatMap(([opened, routes]) => {
    const leaked = methods.filter(
      (method) =>
        method.permission !== undefined &&
        method.permission !== opened &&
        findLeak(routes, method) !== undefined,
    );
    const permissions = new Set(leaked.map(({ permission }) => String(permission)));
    return [...permissions].map((permission): [string, string] => [opened, permission]);
  });
}
