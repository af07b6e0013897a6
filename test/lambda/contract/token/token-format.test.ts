import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { newToken } from '../../../../lambda/contract/token/new-token.ts';
import {
  formatToken,
  isMistyped,
  isTokenPrefix,
  parseToken,
  tokenPattern,
} from '../../../../lambda/contract/token/token-format.ts';

const token = fc
  .tuple(
    fc.constantFrom('atk', 'a1', 'jobs'),
    fc.constantFrom('bravo', 'ae-plugin', 'a', 'x'.repeat(64)),
    fc.string({ unit: fc.constantFrom(...'059azAZ'.split('')), minLength: 43, maxLength: 43 }),
  )
  .map((parts) => formatToken(...parts));

const replaceAt = (text: string, index: number, part: string) =>
  text.slice(0, index) + part + text.slice(index + part.length);

describe('a token of our format', () => {
  test('has prefix, client, 43 characters and a checksum', () => {
    const made = newToken('atk', 'ae-plugin');
    expect(made).toMatch(/^atk_ae-plugin_[0-9A-Za-z]{43}_[0-9a-z]{6}$/);
    expect(parseToken(made)).toEqual({ prefix: 'atk', clientName: 'ae-plugin' });
    expect(newToken('atk', 'ae-plugin')).not.toBe(made);
  });

  test.each([
    ['atk', 'bravo', 'a'.repeat(43), 'wgm0y5'],
    ['jobs', 'ae-plugin', '0'.repeat(43), 'fd5tek'],
    ['a1', 'a', 'Zz9'.repeat(15).slice(0, 43), '5qa13h'],
  ])('of %s for %s ends in the checksum that it always had', (prefix, client, secret, checksum) => {
    expect(formatToken(prefix, client, secret)).toBe(`${prefix}_${client}_${secret}_${checksum}`);
  });

  test.each([
    ['something before it', (token: string) => `1${token}`],
    ['something after it', (token: string) => `${token} `],
    ['a line after it', (token: string) => `${token}\n`],
  ])('is none with %s', (_, change) => {
    expect(parseToken(change(formatToken('atk', 'bravo', 'a'.repeat(43))))).toBeNull();
  });

  test.each(['1atk', 'Atk', 'my_atk', 'a', 'x'.repeat(17)])(
    'is none with the prefix %s, whatever its checksum says',
    (prefix) => {
      expect(parseToken(formatToken(prefix, 'bravo', 'a'.repeat(43)))).toBeNull();
    },
  );

  test('is found by the scanners’ pattern, in the middle of a text', () => {
    fc.assert(
      fc.property(token, (each) => {
        const pattern = tokenPattern(each.split('_')[0]);
        expect(pattern.exec(`X-API-Token: "${each}"`)?.[0]).toBe(each);
      }),
    );
    expect(tokenPattern().test(newToken('atk', 'bravo'))).toBe(true);
    expect(tokenPattern().test('sha256:'.concat('A'.repeat(43)))).toBe(false);
  });

  test('uses all 62 characters, about equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 400; i++) {
      for (const each of newToken('atk', 'bravo').split('_')[2] ?? '') {
        counts.set(each, (counts.get(each) ?? 0) + 1);
      }
    }
    expect(counts.size).toBe(62);
    // 17,200 characters: 277 of each are expected, and 100 off is six standard deviations.
    for (const count of counts.values()) expect(Math.abs(count - 277)).toBeLessThan(100);
  });
});

describe('a typo is caught:', () => {
  test('every change of one character', () => {
    const printable = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(token, fc.nat(), printable, (each, position, character) => {
        const typo = replaceAt(each, position % each.length, character);
        expect(parseToken(typo) === null).toBe(typo !== each);
      }),
      { numRuns: 5_000 },
    );
  });

  test('every swap of neighbours, and every change of one character, of one token', () => {
    const each = newToken('atk', 'ae-plugin');
    for (let i = 0; i < each.length; i++) {
      const swapped = replaceAt(each, i, `${each[i + 1] ?? ''}${each[i]}`).slice(0, each.length);
      if (swapped !== each) expect(parseToken(swapped)).toBeNull();
      for (let code = 0x21; code <= 0x7e; code++) {
        const typo = replaceAt(each, i, String.fromCharCode(code));
        if (typo !== each) expect(parseToken(typo)).toBeNull();
      }
    }
  });

  test('every swap of neighbours', () => {
    fc.assert(
      fc.property(token, fc.nat(), (each, at) => {
        const i = at % (each.length - 1);
        const typo = replaceAt(each, i, `${each[i + 1]}${each[i]}`);
        expect(parseToken(typo) === null).toBe(typo !== each);
      }),
      { numRuns: 5_000 },
    );
  });

  test('before any hashing, where the outline is still ours', () => {
    const each = newToken('atk', 'bravo');
    expect(isMistyped(each)).toBe(false);
    expect(isMistyped(replaceAt(each, 20, each[20] === 'a' ? 'b' : 'a'))).toBe(true);
  });
});

test.each([
  'opaque',
  'a_b_c',
  'x'.repeat(60),
  `${'x'.repeat(60)}_123456`,
  `_${'x'.repeat(43)}-123456`,
])('a token of another form is not mistyped: %s', (text) => {
  expect(isMistyped(text)).toBe(false);
  expect(parseToken(text)).toBeNull();
});

test.each([
  ['atk', true],
  ['a1', true],
  ['a', false],
  ['1a', false],
  ['A', false],
  ['a_b', false],
  ['x'.repeat(17), false],
])('%s as a prefix: %s', (prefix, expected) => {
  expect(isTokenPrefix(prefix)).toBe(expected);
});

test('the documented pattern is the one for scanners', () => {
  const path = join(import.meta.dirname, '../../../../docs/operating.md');
  expect(readFileSync(path, 'utf8')).toContain(`\n${tokenPattern().source}\n`);
});
