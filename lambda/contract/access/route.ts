import { permits } from './permission.ts';

/** A verb and path as a policy names them below the stage: `POST/jobs`, or `GET/jobs/?*` for `/jobs/{id}`. */
export type Route = `${string}/${string}`;

/**
 * The route of a verb on an API Gateway resource. A path parameter, greedy or not, becomes `?*`: it
 * is never empty.
 *
 * @param verb `GET`, `POST`, …, but not `ANY`: a policy names each verb, for `*` crosses slashes
 * @param resourcePath the resource's path with its parameters, such as `/jobs/{id}`
 */
export function routeOf(verb: string, resourcePath: string): Route {
  return `${verb}/${resourcePath.slice(1).replace(/\{[^}]+\}/g, '?*')}`;
}

/** Every route that a client's grants open, each once, in the order of the registry. */
export function openRoutes(
  grants: readonly string[],
  routes: Readonly<Record<string, readonly Route[]>>,
): Route[] {
  const open = Object.entries(routes).flatMap(([permission, its]) =>
    permits(grants, permission) ? its : [],
  );
  return [...new Set(open)];
}
