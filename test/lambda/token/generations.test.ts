import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generations } from '../../../lambda/token/generations.ts';

test('the last entries of a generation are always there, and never more than two generations', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 30 }))),
      (size, uses) => {
        const memory = generations<string>(size);
        const values = new Map<number, string>();
        const lastUsed: number[] = [];
        const use = (key: number) => {
          const at = lastUsed.indexOf(key);
          if (at >= 0) lastUsed.splice(at, 1);
          lastUsed.unshift(key);
        };
        for (const [index, [isWrite, key]] of uses.entries()) {
          if (isWrite) {
            memory.set(String(key), `${key}:${index}`);
            values.set(key, `${key}:${index}`);
            use(key);
          } else if (memory.get(String(key)) !== undefined) use(key);
        }
        for (const key of lastUsed.slice(0, size)) {
          expect(memory.get(String(key))).toBe(values.get(key));
        }
      },
    ),
  );
});

test('no more than two generations are kept', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(fc.integer({ min: 0, max: 100 })),
      (size, keys) => {
        const memory = generations<number>(size);
        for (const key of keys) memory.set(String(key), key);
        const kept = [...new Set(keys)].filter((key) => {
          // A memory of its own for each look, because a look is a use.
          const copy = generations<number>(size);
          for (const each of keys) copy.set(String(each), each);
          return copy.get(String(key)) !== undefined;
        });
        expect(kept.length).toBeLessThanOrEqual(2 * size);
      },
    ),
  );
});

test('an entry that is written again has its new value, and pushes nothing out', () => {
  const memory = generations<number>(2);
  memory.set('a', 1);
  memory.set('b', 1);
  memory.set('a', 2);
  expect([memory.get('a'), memory.get('b')]).toEqual([2, 1]);
});

test('an entry that is used outlives one that is not', () => {
  const memory = generations<number>(2);
  for (const key of ['used', 'unused', 'c']) memory.set(key, 1);
  expect(memory.get('used')).toBe(1);
  for (const key of ['d', 'e']) memory.set(key, 1);
  expect([memory.get('used'), memory.get('unused')]).toEqual([1, undefined]);
});
