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
