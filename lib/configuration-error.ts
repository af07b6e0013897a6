/**
 * What somebody wrote into the configuration is wrong. The message says which property of what, and
 * what it got: that is all there is to know, without a stack trace.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Refuses properties that are not known: Node.js runs the configuration without checking its types,
 * so a limit with a typo in its name would simply not be there.
 *
 * @param owner what has the properties, for the message: `limits of client bravo`
 * @throws ConfigurationError that names the property, and those that there are
 */
export function refuseUnknown(owner: string, value: object, known: readonly string[]): void {
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ConfigurationError(
      `${owner} has no property ${JSON.stringify(unknown)}: there are ${known.join(', ')}`,
    );
  }
}
