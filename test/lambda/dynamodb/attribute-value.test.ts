import { describe, expect, test } from '@jest/globals';
import {
  type Item,
  numberAt,
  stringAt,
  stringSetAt,
} from '../../../lambda/dynamodb/attribute-value.ts';

const item: Item = {
  name: { S: 'charlie' },
  empty: { S: '' },
  version: { N: '12' },
  permissions: { SS: ['job.create', 'job.read'] },
};

test('an attribute is read by its name and type', () => {
  expect(stringAt(item, 'name')).toBe('charlie');
  expect(stringAt(item, 'empty')).toBe('');
  expect(numberAt(item, 'version')).toBe(12);
  expect(stringSetAt(item, 'permissions')).toEqual(['job.create', 'job.read']);
});

test('an attribute that is not there is undefined, also one that every object has', () => {
  for (const name of ['other', 'constructor', '__proto__', 'toString']) {
    expect(stringAt(item, name)).toBeUndefined();
    expect(numberAt(item, name)).toBeUndefined();
    expect(stringSetAt(item, name)).toBeUndefined();
  }
});

describe('an attribute of another type is an error that does not say what is in it', () => {
  const secret = 'secret';
  const wrong = {
    S: { S: secret },
    N: { N: '1' },
    text: { N: secret },
    digits: { N: '1 secret' },
    none: { N: '' },
    SS: { SS: [secret] },
    BOOL: { BOOL: true },
    broken: { S: 1, N: 1, SS: secret },
    nothing: null,
  } as unknown as Item;

  test.each([
    ['a string', stringAt, ['N', 'SS', 'BOOL', 'broken', 'nothing'], 'string'],
    [
      'a number',
      numberAt,
      ['S', 'SS', 'text', 'digits', 'none', 'BOOL', 'broken', 'nothing'],
      'number',
    ],
    ['a string set', stringSetAt, ['S', 'N', 'BOOL', 'broken', 'nothing'], 'string set'],
  ] as const)('where it should be %s', (_, read, names, type) => {
    for (const name of names) {
      expect(() => read(wrong, name)).toThrow(
        new Error(`the item's attribute ${name} must be a ${type}`),
      );
    }
  });
});
