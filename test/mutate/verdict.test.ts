import { expect, test } from '@jest/globals';
import { equivalents } from './equivalents.ts';
import { judge, type Mutant, scoreOf } from './verdict.ts';

const mutant = (to: string, outcome: Mutant['outcome']): Mutant => ({
  file: 'token/a.ts',
  line: 1,
  from: 'a < b',
  to,
  outcome,
});
const listed = (to: string, file = 'token/a.ts') => ({ file, from: 'a < b', to, because: 'it is' });

const mutants = [
  mutant('a <= b', 'found'),
  mutant('a >= b', 'survived'),
  mutant('a < c', 'survived'),
  mutant('', 'did not run'),
];

test('a mutant that survives or does not run counts, unless it survives and is listed', () => {
  const verdict = judge(mutants, [listed('a >= b')]);
  expect(verdict).toEqual({
    found: 1,
    survivors: [mutants[2]],
    notRun: [mutants[3]],
    equivalents: [listed('a >= b')],
    stale: [],
  });
  expect(scoreOf(verdict)).toBe(33.3);
});

test.each([
  ['is found', listed('a <= b')],
  ['did not run', listed('')],
  ['is not there', listed('a == b')],
  ['is in another file', listed('a >= b', 'token/b.ts')],
])('an entry of the list is stale when its mutant %s', (_, entry) => {
  const verdict = judge(mutants, [entry]);
  expect(verdict).toMatchObject({ equivalents: [], stale: [entry] });
  expect(verdict.survivors).toHaveLength(2);
});

test('one survivor of very many is no 100 %', () => {
  const verdict = judge([...Array(99_999).fill(mutants[0]), mutants[1]] as Mutant[], []);
  expect(scoreOf(verdict)).toBe(99.9);
  expect(scoreOf(judge([], []))).toBe(100);
});

test('each equivalent is listed once, with its proof', () => {
  const keys = equivalents.map(({ file, from, to }) => `${file}\n${from}\n${to}`);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { because } of equivalents) expect(because).toMatch(/^[A-Z].{20,}\.$/);
});
