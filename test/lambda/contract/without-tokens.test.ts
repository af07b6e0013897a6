import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatToken, withoutTokens } from '../../../lambda/contract/token-format.ts';

const secret = 'aZ9'.repeat(15).slice(0, 43);

test.each([
  ['a prefix of 2 characters', 'a1', 'bravo'],
  ['a prefix of 16 characters', `a${'9'.repeat(15)}`, 'bravo'],
  ['a client of 1 character', 'atk', 'b'],
  ['a client of 64 characters', 'atk', `b${'-9'.repeat(31)}x`],
])('a text loses a token with %s, and nothing else', (_, prefix, client) => {
  const token = formatToken(prefix, client, secret);
  expect(withoutTokens(token)).toBe('[token]');
  expect(withoutTokens(`GET /${token}?b="${token}"`)).toBe('GET /[token]?b="[token]"');
});

test('a text keeps what is no token', () => {
  for (const text of [
    '',
    'atk_bravo_short_000000',
    `atk_bravo_${'a'.repeat(42)}_000000`,
    `atk_bravo_${'a'.repeat(43)}_00000`,
    `1_bravo_${'a'.repeat(43)}_000000`,
    `atk_1_${'a'.repeat(43)}_000000`,
  ]) {
    expect(withoutTokens(text)).toBe(text);
  }
});

test('whatever stands around it, the random part of a token is gone', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const text = withoutTokens(before + formatToken('atk', 'bravo', secret) + after);
      expect(text).toContain('[token]');
      expect(text).not.toContain(secret);
    }),
  );
});
