import { Refusal } from '../refusal.ts';
import type { Method, Resource, RestApi } from '../rest-api.ts';
import type { Request } from './request.ts';

/** The resource and method that serve a request. */
export interface Route {
  readonly resource: Resource;
  readonly method: Method;
  /** Percent-decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Orders path parts: a literal, a parameter, a greedy parameter, the end of the path. */
function rank(part: string | undefined): number {
  if (part === undefined) return 3;
  if (!part.startsWith('{')) return 0;
  return part.endsWith('+}') ? 2 : 1;
}

function moreSpecific(a: Resource, b: Resource): number {
  const length = Math.max(a.parts.length, b.parts.length);
  const differences = Array.from({ length }, (_, i) => rank(a.parts[i]) - rank(b.parts[i]));
  return differences.find((difference) => difference !== 0) ?? 0;
}

function match(parts: readonly string[], segments: readonly string[], values: readonly string[]) {
  const parameters: [string, string][] = [];
  for (const [index, part] of parts.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    const kind = rank(part);
    if (kind === 0 && part !== segment) return undefined;
    if (kind === 1) parameters.push([part.slice(1, -1), values[index] ?? '']);
    if (kind === 2) {
      parameters.push([part.slice(1, -2), values.slice(index).join('/')]);
      return parameters;
    }
  }
  return segments.length === parts.length ? parameters : undefined;
}

/** What `ANY` stands for. Source: API Gateway Developer Guide, "Set up a method request". */
const anyMethods = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

/**
 * Finds what serves a method on a path below the stage.
 *
 * The most specific path that has the method, or `ANY`, wins; a slash at the end makes no difference.
 * Source: API Gateway Developer Guide, "Lambda proxy integrations", on greedy path variables. That a
 * path without the method lets a less specific one have the request was measured on AWS:
 * localstack/localstack#9208, ministackorg/ministack#1423, floci-io/floci#3399.
 *
 * Policies are matched against the path as it was sent, so it is routed as it was sent, too: a
 * percent-encoded literal does not match, and a path with an empty segment has no route. What API
 * Gateway does with either is not documented; decoding them could route a request past its client's
 * policy.
 *
 * @throws URIError when the path is not percent-encoded properly
 */
export function findRoute(
  resources: readonly Resource[],
  httpMethod: string,
  path: string,
): Route | undefined {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '');
  const segments = trimmed === '' ? [] : trimmed.split('/');
  const values = segments.map(decodeURIComponent);
  if (path.includes('//')) return undefined;
  for (const resource of resources.toSorted(moreSpecific)) {
    const parameters = match(resource.parts, segments, values);
    const method = anyMethods.has(httpMethod)
      ? (resource.methods.get(httpMethod) ?? resource.methods.get('ANY'))
      : undefined;
    if (parameters !== undefined && method !== undefined) {
      return { resource, method, pathParameters: Object.fromEntries(parameters) };
    }
  }
  return undefined;
}

/**
 * The resource and method that serve a request.
 *
 * @throws Refusal when there is none, or the path is not percent-encoded properly
 */
export function routeOf({ resources }: RestApi, { method, path }: Request): Route {
  let route: Route | undefined;
  try {
    route = findRoute(resources, method, path);
  } catch {
    throw new Refusal('DEFAULT_4XX', 'Bad Request');
  }
  if (route !== undefined) return route;
  throw new Refusal('MISSING_AUTHENTICATION_TOKEN', 'Missing Authentication Token');
}
