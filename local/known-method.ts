import { METHODS } from 'node:http';

/** A request's method for people to see: `X-HTTP-Method-Override` may hold anything, a token included. */
export function knownMethod(method: string): string {
  return METHODS.includes(method) ? method : '?';
}
