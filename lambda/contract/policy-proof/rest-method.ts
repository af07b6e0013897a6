import type { Permission } from '../access/permission.ts';
import { type Route, routeOf } from '../access/route.ts';

/** A method of a REST API or a route of an HTTP API, whoever guards it: all of them decide where a request goes. */
export interface RestMethod {
  /** `GET`, `POST`, …, or `ANY`. */
  readonly httpMethod: string;
  /** The resource's path with its parameters: `/jobs/{id}`, `/files/{path+}`, `/`. */
  readonly resourcePath: string;
  /** What the method asks for; absent if API tokens do not guard it. */
  readonly permission?: Permission;
}

/** An API as the policies for it are proven. */
export interface ApiMethods {
  /** What messages call it where there are several. */
  readonly name: string;
  /** HTTP APIs choose among their routes by rules of their own. */
  readonly isHttpApi: boolean;
  /** All of them, also those that API tokens do not guard. */
  readonly methods: readonly RestMethod[];
}

/**
 * The verbs that `ANY` stands for.
 *
 * Source: API Gateway Developer Guide, "x-amazon-apigateway-any-method object". If API Gateway
 * routes any other verb to `ANY`, no policy of ours names it, so it is a 403.
 */
export const ANY_VERBS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;

/** Which permission opens which routes. */
export type ProtectedRoutes = Readonly<Record<string, readonly Route[]>>;

/**
 * The verbs by which requests reach a method: its own, or, for `ANY`, each that its resource has no
 * method for.
 *
 * Source: API Gateway Developer Guide, "Set up a method request": `ANY` takes the verbs that are
 * not defined on the resource.
 *
 * @param methods all methods of the API
 */
export function verbsOf(method: RestMethod, methods: readonly RestMethod[]): readonly string[] {
  if (method.httpMethod !== 'ANY') return [method.httpMethod];
  const taken = new Set(
    methods
      .filter(({ resourcePath }) => resourcePath === method.resourcePath)
      .map(({ httpMethod }) => httpMethod),
  );
  return ANY_VERBS.filter((verb) => !taken.has(verb));
}

/** The routes that each permission opens, as narrow as a policy can name them. */
export function protectedRoutes(methods: readonly RestMethod[]): ProtectedRoutes {
  const routes: Record<string, readonly Route[]> = {};
  for (const method of methods) {
    const { permission, resourcePath } = method;
    if (permission === undefined) continue;
    const its = verbsOf(method, methods).map((verb) => routeOf(verb, resourcePath));
    routes[permission] = [...(routes[permission] ?? []), ...its];
  }
  return routes;
}
