import { Token } from 'aws-cdk-lib';

/**
 * What somebody wrote into the configuration is wrong. The message says which property of what, and
 * what it got: that is all there is to know, without a stack trace.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Refuses what is no object, and properties that are not known: Node.js runs the configuration
 * without checking its types, so a limit with a typo in its name would simply not be there.
 *
 * @param owner what should have the properties, for the message: `limits of client bravo`
 * @throws ConfigurationError that says which property there is not, or that it is no object
 */
export function requireProps(owner: string, value: unknown, known: readonly string[]): void {
  const names = known.join(', ');
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) {
    throw new ConfigurationError(
      `${owner} must be an object with ${names}, got: ${describeValue(value)}`,
    );
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ConfigurationError(
      `${owner} has no property ${JSON.stringify(unknown)}: there are ${names}`,
    );
  }
}

/** What a message calls a CDK token. */
export const UNRESOLVED = 'a token that is only known at deployment';

/**
 * A value as a message shows it. A CDK token gets a name: written out, it would be
 * `-1.88e+289` or `${Token[TOKEN.7]}`.
 */
export function describeValue(value: unknown): string {
  if (Token.isUnresolved(value)) return UNRESOLVED;
  // JSON.stringify writes NaN as null and throws on a bigint.
  return typeof value === 'number' || typeof value === 'bigint'
    ? value.toString()
    : String(JSON.stringify(value));
}
