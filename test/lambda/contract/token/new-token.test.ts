import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { newToken, verifierOf } from '../../../../lambda/contract/token/new-token.ts';

test('the verifier of a token is its digest, and has no end', () => {
  const token = newToken('atk', 'bravo');
  const digest = createHash('sha256').update(token).digest('base64url');
  expect(verifierOf(token)).toStrictEqual({ digest });
});

test('new tokens use all letters and digits', () => {
  const secrets = Array.from({ length: 100 }, () => newToken('atk', 'bravo').split('_')[2]);
  expect(new Set(secrets.join('')).size).toBe(62);
});
