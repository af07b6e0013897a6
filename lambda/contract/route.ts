import { permits } from './permission.ts';

/** A method of the API as a policy names it below the stage: `POST/jobs`, or `GET/jobs/*` for `/jobs/{id}`. */
export type Route = `${string}/${string}`;

/**
 * The route of an API Gateway method. A path parameter, greedy or not, becomes `*`, and so does
 * the method `ANY`.
 *
 * @param httpMethod `GET`, `POST`, …, or `ANY`
 * @param resourcePath the resource's path with its parameters, such as `/jobs/{id}`
 */
export function routeOf(httpMethod: string, resourcePath: string): Route {
  const verb = httpMethod === 'ANY' ? '*' : httpMethod;
  return `${verb}/${resourcePath.slice(1).replace(/\{[^}]+\}/g, '*')}`;
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
