/** The fault of a variable that nobody has given a value. */
export const MISSING = 'is missing or empty';

/** Why the value of a variable cannot be used, after the variable's name; `undefined` if it can. */
export function variableFault(value: string): string | undefined {
  if (value.trim() === '') return MISSING;
  // CloudFormation has put nothing in its place.
  return value.trim().startsWith('{{resolve:') ? 'is not resolved' : undefined;
}

/**
 * The value of a variable that a function cannot do without.
 *
 * @throws Error that names the variable, if it cannot be used
 */
export function requireVariable(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
): string {
  const value = env[name] ?? '';
  const fault = variableFault(value);
  if (fault !== undefined) throw new Error(`${name} ${fault}`);
  return value;
}
