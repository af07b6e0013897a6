import { expect, test } from '@jest/globals';
import { isTokenText, MAX_TOKEN_LENGTH } from '../../../../lambda/contract/token/api-token.ts';

test.each(['!', '~', 'token', 'a,b;c=d', 'x'.repeat(MAX_TOKEN_LENGTH)])(
  '%.20s can be a token',
  (text) => {
    expect(isTokenText(text)).toBe(true);
  },
);

test.each([
  ['empty', ''],
  ['longer than 512 characters', 'x'.repeat(MAX_TOKEN_LENGTH + 1)],
  ['two words', 'a b'],
  ['with a space before it', ' a'],
  ['with a space after it', 'a '],
  ['with a line break after it', 'a\n'],
  ['with the first character after ASCII', 'a\u007f'],
  ['beyond ASCII', 'é'],
  ['a list of one', ['token']],
  ['undefined', undefined],
])('no token is %s', (_, value) => {
  expect(isTokenText(value)).toBe(false);
});
