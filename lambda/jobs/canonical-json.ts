/**
 * The one text of all JSON that means the same: members of objects in the order of their names, lists
 * as they are, no white space.
 *
 * Source: RFC 8785 (JSON Canonicalization Scheme), 3.2; JavaScript writes numbers and strings so.
 *
 * @param value as `JSON.parse` made it, at most a few hundred levels deep
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  // As sort() compares texts: by UTF-16 code units.
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson((value as Members)[name])}`);
  return `{${members.join(',')}}`;
}

type Members = Readonly<Record<string, unknown>>;
