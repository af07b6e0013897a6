import { issuerVariables } from '../../contract/wiring/issuer.ts';

/**
 * A variable of the issuer's environment.
 *
 * @throws Error if it is missing or empty
 */
export function variable(name: keyof typeof issuerVariables): string {
  const value = process.env[issuerVariables[name]];
  if (!value) throw new Error(`${issuerVariables[name]} is missing or empty`);
  return value;
}
