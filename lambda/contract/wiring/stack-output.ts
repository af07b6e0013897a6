/** The fields of an output that is one of ours. */
export type OutputFields = Readonly<Record<string, unknown>>;

/**
 * Reads the value of an output of any stack, which is one of ours if it has our key.
 *
 * @param key the key that tells such an output from others
 * @param version of its form
 * @returns the other fields; `undefined` if it has no such key; `null` if it is of another version
 */
export function parseOutput(
  value: unknown,
  key: string,
  version: number,
): OutputFields | null | undefined {
  // Most outputs are no JSON.
  if (typeof value !== 'string' || !value.startsWith('{')) return undefined;
  let output: OutputFields;
  try {
    output = JSON.parse(value) as OutputFields;
  } catch {
    return undefined;
  }
  if (!(key in output)) return undefined;
  const { [key]: its, ...fields } = output;
  return its === version ? fields : null;
}

/** Whether a field is a text with something in it. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '';
