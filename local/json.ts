export type JsonObject = Record<string, unknown>;

/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a key, or an empty one when there is none. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isObject(found) ? found : {};
}

/** The string at a key, or undefined when there is none. */
export function stringAt(value: JsonObject, key: string): string | undefined {
  const found = value[key];
  return typeof found === 'string' ? found : undefined;
}

/** The list at a key, or an empty one when there is none. */
export function listAt(value: JsonObject, key: string): readonly unknown[] {
  const found = value[key];
  return Array.isArray(found) ? found : [];
}

/** The number at a key, or a default; CloudFormation may write a number as a string. */
export function numberAt<T>(value: JsonObject, key: string, otherwise: T): number | T {
  const found = value[key];
  if (typeof found === 'number') return found;
  return typeof found === 'string' && /^\d+$/.test(found) ? Number(found) : otherwise;
}

/** Whether a key is true; CloudFormation may write a boolean as a string. */
export function flagAt(value: JsonObject, key: string): boolean {
  return value[key] === true || value[key] === 'true';
}
