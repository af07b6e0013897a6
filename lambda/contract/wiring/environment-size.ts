/**
 * The most that Lambda allows for a function's environment, in bytes.
 *
 * Source: AWS Lambda Developer Guide, "Lambda quotas": all environment variables together.
 */
export const MAX_ENVIRONMENT_BYTES = 4_096;

/**
 * The size of an environment, in bytes, as Lambda measures it: that of its JSON text, with the quotes and
 * commas.
 *
 * Source: Lambda's own `InvalidParameterValueException`, which shows the text: "exceeded the 4KB limit.
 * String measured: {…}".
 */
export function environmentBytes(variables: Readonly<Record<string, string>>): number {
  return Buffer.byteLength(JSON.stringify(variables));
}
