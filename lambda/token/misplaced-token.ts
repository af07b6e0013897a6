import type { RegisteredClient } from '../contract/access/client-registry.ts';
import { parseToken } from '../contract/token/token-format.ts';

/**
 * Says, for the log, that a token of our format names another client than the one in whose variable
 * it stands; `undefined` if it does not. A token of another form names nobody.
 */
export function misplacement(
  token: string,
  { name, variable }: Pick<RegisteredClient, 'name' | 'variable'>,
): string | undefined {
  const namedClient = parseToken(token)?.clientName;
  return namedClient === undefined || namedClient === name
    ? undefined
    : `${variable}, the variable of ${name}, has a token of ${namedClient}`;
}
