import { issuerVariables } from '../../contract/wiring/issuer.ts';
import { requireVariable } from '../../contract/wiring/variables.ts';

/**
 * A variable of the issuer's environment.
 *
 * @throws Error that names it, if it cannot be used
 */
export function issuerVariable(name: keyof typeof issuerVariables): string {
  return requireVariable(process.env, issuerVariables[name]);
}
