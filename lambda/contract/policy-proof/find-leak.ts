import type { Route } from '../access/route.ts';
import { examplePath } from './example-path.ts';
import { isLiteral, overlap, type Parts, partsOf } from './path-parts.ts';
import { type Precedence, restPrecedence } from './precedence.ts';
import { type RestMethod, verbsOf } from './rest-method.ts';

/** A request that a policy allows and API Gateway routes to a method that should be closed. */
export interface Leak {
  readonly verb: string;
  /** A path of a request, such as `/orders/1/tasks/logs`. */
  readonly path: string;
  /** The route of the policy that matches it. */
  readonly route: Route;
}

/** Finds a request to a closed method that a policy of these routes allows; the shortest of a route. */
export type LeakFinder = (open: readonly Route[], closed: RestMethod) => Leak | undefined;

interface Served {
  readonly parts: Parts;
  /** The resources that get a path instead, where they match it, too. */
  readonly preferred: readonly Parts[];
}

/**
 * Prepares to decide, for an API, whether policies open closed methods. Exact both ways: it finds a
 * leak if and only if there is one.
 *
 * What it takes for granted of a REST API: a request goes to the most specific resource that has a
 * method for its verb, an explicit one before `ANY`; of both kinds of APIs: a parameter is never empty; the policy is
 * matched against the path as it was routed, perhaps with a slash at its end.
 * docs/decisions/0002 has the sources, and what nobody has documented.
 *
 * @param methods all methods of the API, also those that API tokens do not guard
 * @param comesFirst how the API chooses among them: where it does not say, both may get the request
 */
export function leakFinder(
  methods: readonly RestMethod[],
  comesFirst: Precedence = restPrecedence,
): LeakFinder {
  const servedBy = byVerb(methods, comesFirst);
  const freshValue = freshValueFor(methods);
  // Clients share routes, so that each pair of route and method is decided once.
  const checks = new Map<Route, (closed: RestMethod) => Leak | undefined>();

  function checkOf(route: Route): (closed: RestMethod) => Leak | undefined {
    const [verb = '', ...pattern] = partsOf(route);
    const served = servedBy.get(verb);
    const decided = new Map<RestMethod, Leak | undefined>();
    function decide(closed: RestMethod): Leak | undefined {
      const its = served?.get(closed);
      if (its === undefined || !startsAlike(pattern, its.parts)) return undefined;
      const { parts: resource, preferred } = its;
      const segments = examplePath({ resource, preferred, pattern }, freshValue);
      return segments && { verb, path: `/${segments.join('/')}`, route };
    }
    return (closed) => {
      if (!decided.has(closed)) decided.set(closed, decide(closed));
      return decided.get(closed);
    };
  }

  return (open, closed) => {
    for (const route of open) {
      const check = checks.get(route) ?? checkOf(route);
      checks.set(route, check);
      const leak = check(closed);
      if (leak) return leak;
    }
    return undefined;
  };
}

/** What each method serves, by verb. */
function byVerb(
  methods: readonly RestMethod[],
  comesFirst: Precedence,
): ReadonlyMap<string, ReadonlyMap<RestMethod, Served>> {
  const ofVerb = new Map<string, Map<RestMethod, Parts>>();
  for (const method of methods) {
    for (const verb of verbsOf(method, methods)) {
      const all = ofVerb.get(verb) ?? new Map<RestMethod, Parts>();
      ofVerb.set(verb, all.set(method, partsOf(method.resourcePath)));
    }
  }
  const served = (
    method: RestMethod,
    parts: Parts,
    all: ReadonlyMap<RestMethod, Parts>,
  ): Served => ({
    parts,
    preferred: [...all].flatMap(([other, its]) =>
      comesFirst(other, method) && overlap(its, parts) ? [its] : [],
    ),
  });
  return new Map(
    [...ofVerb].map(([verb, all]) => [
      verb,
      new Map([...all].map(([method, parts]) => [method, served(method, parts, all)])),
    ]),
  );
}

/** Whether no literals contradict each other before the first parameter: all else is a search. */
function startsAlike(pattern: Parts, parts: Parts): boolean {
  for (const [index, literal] of pattern.entries()) {
    const part = parts[index];
    if (literal === '?*' || (part !== undefined && !isLiteral(part))) return true;
    if (part !== literal) return false;
  }
  return pattern.length === parts.length;
}

/** A path segment that is a literal of no resource: `1`, or the first number that is none. */
function freshValueFor(methods: readonly RestMethod[]): string {
  const literals = new Set(
    methods.flatMap(({ resourcePath }) => partsOf(resourcePath).filter(isLiteral)),
  );
  let value = 1;
  while (literals.has(String(value))) value++;
  return String(value);
}
