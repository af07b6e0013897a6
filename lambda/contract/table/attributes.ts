/** An attribute of an item, as DynamoDB's JSON has it: only the types that the client table uses. */
export type Attribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly L: readonly Attribute[] }
  | { readonly M: Item };

/** An item, as DynamoDB's JSON has it. */
export type Item = { readonly [name: string]: Attribute };

/** The text of an attribute; `undefined` if it is absent or no text. */
export function textAt(item: Item, name: string): string | undefined {
  const { S } = Object(item[name]) as { readonly S?: unknown };
  return typeof S === 'string' ? S : undefined;
}

/** The whole number of an attribute, 0 or more; `undefined` if it is absent or no such number. */
export function numberAt(item: Item, name: string): number | undefined {
  const { N } = Object(item[name]) as { readonly N?: unknown };
  return typeof N === 'string' && /^\d{1,15}$/.test(N) ? Number(N) : undefined;
}

/** Writes what is there of some fields: texts and whole numbers. */
export function attributes(
  fields: Readonly<Record<string, string | number | undefined>>,
): Record<string, Attribute> {
  const present = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [[name, typeof value === 'number' ? { N: String(value) } : { S: value }] as const],
  );
  return Object.fromEntries(present);
}
