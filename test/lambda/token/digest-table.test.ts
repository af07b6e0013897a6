import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { digestTable } from '../../../lambda/token/digest-table.ts';

const digestOf = (text: string) => createHash('sha256').update(text).digest('binary');

test('finds every digest that is there, and no other', () => {
  for (const count of [0, 1, 2, 80, 10_000]) {
    const entries = Array.from({ length: count }, (_, i) => ({ digest: digestOf(`token ${i}`) }));
    const find = digestTable(entries);
    expect(entries.every((entry) => find(entry.digest) === entry)).toBe(true);
    expect(Array.from({ length: 100 }, (_, i) => find(digestOf(`other ${i}`)))).toEqual(
      Array(100).fill(undefined),
    );
  }
});

test('looks at fewer than two entries on average, however many there are', () => {
  for (const count of [80, 10_000]) {
    let looks = 0;
    const digests = Array.from({ length: count }, (_, i) => digestOf(`token ${i}`));
    const find = digestTable(
      digests.map((digest) => ({
        get digest() {
          looks++;
          return digest;
        },
      })),
    );
    looks = 0;
    for (const digest of digests) find(digest);
    expect(looks / count).toBeGreaterThanOrEqual(1);
    expect(looks / count).toBeLessThan(2);
  }
});

test('finds digests that begin alike, as a Map would', () => {
  // Four bytes of few values: most of these want the same slot.
  const digest = fc.string({
    unit: fc.constantFrom('\u0000', '\u0001', 'ÿ'),
    minLength: 4,
    maxLength: 4,
  });
  fc.assert(
    fc.property(fc.uniqueArray(digest), fc.array(digest), (present, wanted) => {
      const entries = present.map((each) => ({ digest: each }));
      const find = digestTable(entries);
      const map = new Map(entries.map((entry) => [entry.digest, entry]));
      for (const each of [...present, ...wanted]) expect(find(each)).toBe(map.get(each));
    }),
  );
});
