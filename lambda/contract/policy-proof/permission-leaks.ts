import { leakFinder } from './find-leak.ts';
import { protectedRoutes, type RestMethod } from './rest-method.ts';

/** Nobody may get the first permission without the second: its routes match a method of the second. */
export type PermissionLeak = readonly [opened: string, leaked: string];

/**
 * Which permissions open methods of which others, each pair once. A policy opens a method by one of
 * its routes, so what pairs say is true of every set of permissions.
 *
 * @param methods all methods of the API, also those that API tokens do not guard
 */
export function permissionLeaks(methods: readonly RestMethod[]): PermissionLeak[] {
  const findLeak = leakFinder(methods);
  return Object.entries(protectedRoutes(methods)).flatMap(([opened, routes]) => {
    const leaked = methods.flatMap((method) => {
      const { permission } = method;
      const isClosed = permission !== undefined && permission !== opened;
      return isClosed && findLeak(routes, method) ? [permission] : [];
    });
    return [...new Set(leaked)].map((each) => [opened, each] as const);
  });
}
