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

/**
 * What an attribute holds under a type; undefined without the attribute.
 *
 * @throws Error that names the attribute and not what is in it, if `read` cannot use what is there
 */
function valueAt<T>(
  item: Item,
  name: string,
  type: string,
  read: (value: Readonly<Record<string, unknown>>) => T | undefined,
): T | undefined {
  if (!Object.hasOwn(item, name)) return undefined;
  const value = read({ ...item[name] });
  if (value === undefined) throw new Error(`the item's attribute ${name} must be a ${type}`);
  return value;
}

/**
 * The text of an attribute; undefined without the attribute.
 *
 * @throws Error that names the attribute, if it is of another type
 */
export function stringAt(item: Item, name: string): string | undefined {
  return valueAt(item, name, 'string', ({ S }) => (typeof S === 'string' ? S : undefined));
}

/**
 * The number of an attribute; undefined without the attribute. Digits beyond a double's are lost.
 *
 * @throws Error that names the attribute, if it is of another type
 */
export function numberAt(item: Item, name: string): number | undefined {
  return valueAt(item, name, 'number', ({ N }) => {
    const number = typeof N === 'string' && N !== '' ? Number(N) : Number.NaN;
    return Number.isFinite(number) ? number : undefined;
  });
}

/**
 * The strings of a set; undefined without the attribute, for DynamoDB keeps no empty set.
 *
 * @throws Error that names the attribute, if it is of another type
 */
export function stringSetAt(item: Item, name: string): readonly string[] | undefined {
  return valueAt(item, name, 'string set', ({ SS }) =>
    Array.isArray(SS) && SS.every((each) => typeof each === 'string') ? SS : undefined,
  );
}
