import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../../lambda/jobs/canonical-json.ts';

/** The same value with the members of every object in another order. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((each) => shuffled(each, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]) => ({ name, each: shuffled(each, random), place: random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ name, each }) => [name, each]),
  );
}

const json = () => fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>;

describe('canonical JSON', () => {
  test('is what RFC 8785 shows in 3.2.2', () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`) as unknown;
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test('has its members in the order of RFC 8785, 3.2.3', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const text = canonicalJson(Object.fromEntries(names.map((name) => [name, 0])));
    expect([...text.matchAll(/"([^"]+)"/g)].map(([name]) => JSON.parse(name) as string)).toEqual([
      '\r',
      '1',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\ud83d\ude00',
      '\ufb33',
    ]);
  });

  test('keeps a member that is called __proto__', () => {
    const text = '{"__proto__":{"x":1},"a":2}';
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });

  test('says the same as what it was made of', () => {
    fc.assert(
      fc.property(json(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('is one for all orders of members, at any depth', () => {
    fc.assert(
      fc.property(json(), fc.infiniteStream(fc.double({ noNaN: true })), (value, stream) => {
        const other = shuffled(value, () => stream.next().value as number);
        expect(canonicalJson(other)).toBe(canonicalJson(value));
      }),
    );
  });

  test('is another one for a list in another order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 2 }), (list) => {
        const value = (items: number[]) => ({ a: [{ items }] });
        expect(canonicalJson(value(list.toReversed()))).not.toBe(canonicalJson(value(list)));
      }),
    );
  });
});
