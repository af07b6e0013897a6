import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { digestOf, tokenIdOf } from '../../../../lambda/contract/token/token-digest.ts';

// SHA-256 of "abc": FIPS 180-2, B.1.
const HEX = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

test("a token's digest is its SHA-256 in base64url", () => {
  expect(digestOf('abc')).toBe(Buffer.from(HEX, 'hex').toString('base64url'));
  expect(digestOf('abc')).toHaveLength(43);
});

test("a token's id is the beginning of the digest, however that is written", () => {
  expect(tokenIdOf(digestOf('abc'))).toBe('ba7816bf8f01');
  const binary = createHash('sha256').update('abc').digest('binary');
  expect(tokenIdOf(binary, 'binary')).toBe('ba7816bf8f01');
});
