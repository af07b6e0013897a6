/**
 * A value of an item, as DynamoDB writes it: numbers as text, binary as base64.
 *
 * Source: Amazon DynamoDB API Reference, "AttributeValue".
 */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly BOOL: boolean }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly B: string }
  | { readonly BS: readonly string[] }
  | { readonly NULL: true }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item };

/** An item, a key, or the values of an expression: attribute values by name. */
export type Item = { readonly [name: string]: AttributeValue };

/** The attribute of a name that is of the wrong type; never says what is in it. */
function wrongType(name: string, wanted: string): Error {
  return new Error(`the item's attribute ${name} must be a ${wanted}`);
}

/**
 * The text of an attribute; undefined without one.
 *
 * @throws Error that names the attribute, if it is of another type
 */
export function stringAt(item: Item, name: string): string | undefined {
  const value = item[name];
  if (value === undefined) return undefined;
  if ('S' in value && typeof value.S === 'string') return value.S;
  throw wrongType(name, 'string');
}

/**
 * The number of an attribute; undefined without one. Digits beyond a double's are lost.
 *
 * @throws Error that names the attribute, if it is of another type
 */
export function numberAt(item: Item, name: string): number | undefined {
  const value = item[name];
  if (value === undefined) return undefined;
  const number = 'N' in value && typeof value.N === 'string' ? Number(value.N) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw wrongType(name, 'number');
}

/**
 * The strings of a set; undefined without one, for DynamoDB knows no empty set.
 *
 * @throws Error that names the attribute, if it is of another type
 */
export function stringSetAt(item: Item, name: string): readonly string[] | undefined {
  const value = item[name];
  if (value === undefined) return undefined;
  if ('SS' in value && Array.isArray(value.SS)) return value.SS;
  throw wrongType(name, 'string set');
}
