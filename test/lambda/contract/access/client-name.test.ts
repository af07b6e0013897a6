import { expect, test } from '@jest/globals';
import { isClientName } from '../../../../lambda/contract/access/client-name.ts';

test.each(['a', 'a1', 'bravo', 'ae-plugin', 'a-b1-c23', 'x'.repeat(64), `a-${'x'.repeat(62)}`])(
  '%s is a name',
  (name) => expect(isClientName(name)).toBe(true),
);

test.each([
  '',
  'x'.repeat(65),
  `a-${'x'.repeat(63)}`,
  'Bravo',
  'bRavo',
  '1a',
  'a-1',
  'a-B',
  'a-bC',
  'a--b',
  '-a',
  'a-',
  'a_b',
  'a b',
  ' a',
  'a\n',
  ['bravo'],
  undefined,
  null,
  7,
])('%j is no name', (name) => expect(isClientName(name)).toBe(false));
