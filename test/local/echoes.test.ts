import { expect, test } from '@jest/globals';
import { Echoes } from '../../local/watch/echoes.ts';

const names = (count: number, name: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => new Set([name(index)]));

const results = (changes: readonly Set<string>[], isMeanwhile: (index: number) => boolean) => {
  const echoes = new Echoes();
  return changes.map((files, index) => echoes.add(files, isMeanwhile(index)));
};

test('the same file in each synthesis is told once, and goes on', () => {
  const all = results(
    names(7, () => 'stamp.txt'),
    (index) => index > 0,
  );
  expect(all).toEqual([undefined, undefined, undefined, undefined, 'first', 'still', 'still']);
});

test('so is another file each time, later', () => {
  const all = results(
    names(15, (index) => `report-${index}.txt`),
    (index) => index > 0,
  );
  expect(all.indexOf('first')).toBe(12);
  expect(all.slice(13)).toEqual(['still', 'still']);
});

test('somebody who saves while the app is synthesized, and then waits, is not slowed down', () => {
  const all = results(
    names(40, (index) => `lib/${index % 5}.ts`),
    (index) => index % 6 !== 0,
  );
  expect(new Set(all)).toEqual(new Set([undefined]));
});
