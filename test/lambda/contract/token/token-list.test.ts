import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  parseTokenList,
  serializeTokenList,
  type TokenListEntry,
} from '../../../../lambda/contract/token/token-list.ts';
import { anyText } from '../../../support/any-text.ts';

const DIGEST = `${'d'.repeat(42)}A`;

describe('the list of tokens in an environment variable', () => {
  test('holds plain tokens and verifiers, with white space between', () => {
    const value = `plain-token\n sha256:${DIGEST}\tsha256:${DIGEST};until=20261201T000000Z `;
    expect(parseTokenList(value)).toEqual([
      { token: 'plain-token' },
      { digest: DIGEST },
      { digest: DIGEST, expiresAt: Date.UTC(2026, 11, 1) },
    ]);
  });

  test('holds a plain token where a verifier has something before it', () => {
    expect(parseTokenList(`xsha256:${DIGEST}`)).toEqual([{ token: `xsha256:${DIGEST}` }]);
  });

  test('may end with the first second of 1970', () => {
    const entries = [{ digest: DIGEST, expiresAt: 0 }];
    expect(parseTokenList(serializeTokenList(entries))).toEqual(entries);
  });

  test.each(['', ' ', '\n'])('is empty for %j', (value) => {
    expect(parseTokenList(value)).toEqual([]);
  });

  test.each([
    ['a digest that is too short', `sha256:${'d'.repeat(42)}`],
    ['a digest that is too long', `sha256:${DIGEST}A`],
    ['a digest in base64 with a plus', `sha256:${'+'.repeat(42)}A`],
    ['a last character that no digest of 32 bytes has', `sha256:${'d'.repeat(43)}`],
    ['a hexadecimal digest', `sha256:${'0'.repeat(64)}`],
    ['an unknown attribute', `sha256:${DIGEST};from=20261201T000000Z`],
    ['an end without a zone', `sha256:${DIGEST};until=20261201T000000`],
    ['an end in extended ISO 8601', `sha256:${DIGEST};until=2026-12-01T00:00:00Z`],
    ['an end in the 13th month', `sha256:${DIGEST};until=20261301T000000Z`],
    ['an end on 30 February', `sha256:${DIGEST};until=20260230T000000Z`],
    ['an end at 24:00', `sha256:${DIGEST};until=20261201T240000Z`],
    ['two ends', `sha256:${DIGEST};until=20261201T000000Z;until=20261201T000000Z`],
    ['no digest', 'sha256:'],
    ['a letter outside ASCII', 'tökén'],
    ['a control character', 'to\u0007ken'],
    ['more than 512 characters', 'x'.repeat(513)],
  ])('has a malformed entry: %s', (_, entry) => {
    expect(parseTokenList(`first ${entry}`)).toEqual([{ token: 'first' }, null]);
  });

  const digest = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString('base64url'));
  const entry: fc.Arbitrary<TokenListEntry> = fc.oneof(
    digest.map((each) => ({ digest: each })),
    fc
      // The years that four digits can hold, the first second of 1970 included.
      .tuple(digest, fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }))
      .map(([each, second]) => ({ digest: each, expiresAt: second * 1_000 })),
    fc
      .string({
        unit: fc.integer({ min: 0x21, max: 0x7e }).map((c) => String.fromCharCode(c)),
        minLength: 1,
        maxLength: 512,
      })
      .filter((token) => !token.startsWith('sha256:'))
      .map((token) => ({ token })),
  );

  test('reads back whatever was written', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(parseTokenList(serializeTokenList(entries))).toEqual(entries);
      }),
    );
  });

  test('is read without an error, whatever stands there', () => {
    fc.assert(
      fc.property(anyText(), (value) => {
        for (const each of parseTokenList(`${value} sha256:${value}`)) {
          expect(each === null || typeof each === 'object').toBe(true);
        }
      }),
    );
  });
});
