import { covers, isGreedy, isMoreSpecific, partsOf } from './path-parts.ts';
import type { RestMethod } from './rest-method.ts';

/**
 * Whether API Gateway gives a request that two methods match to the first, for certain. Where neither
 * comes first for certain, either may get it.
 */
export type Precedence = (one: RestMethod, other: RestMethod) => boolean;

/** The precedence of a kind of APIs. */
export const precedenceOf = ({ isHttpApi }: { readonly isHttpApi: boolean }): Precedence =>
  isHttpApi ? httpPrecedence : restPrecedence;

/** A REST API looks for the resource first, and then for the verb. */
export const restPrecedence: Precedence = (one, other) =>
  isMoreSpecific(partsOf(one.resourcePath), partsOf(other.resourcePath));

/**
 * An HTTP API prefers a full match to one with a greedy parameter, and the route that takes fewer
 * paths among those of a kind. Nobody documents whether `ANY` on a literal comes before `GET` on a
 * parameter, or which of `/a/{x}` and `/{x}/b` comes first.
 *
 * Source: API Gateway Developer Guide, "Create routes for HTTP APIs in API Gateway".
 */
export const httpPrecedence: Precedence = (one, other) => {
  if (one.httpMethod === 'ANY' && other.httpMethod !== 'ANY') return false;
  const [its, others] = [partsOf(one.resourcePath), partsOf(other.resourcePath)];
  const [isLast, isOtherLast] = [isGreedy(its.at(-1)), isGreedy(others.at(-1))];
  if (isLast !== isOtherLast) return isOtherLast;
  return isMoreSpecific(its, others) && covers(others, its);
};
