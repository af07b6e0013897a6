import { expect, test } from '@jest/globals';
import {
  parseTokenSecret,
  serializeTokenSecret,
  type TokenSecret,
} from '../../../../lambda/contract/token/token-secret.ts';

const digest = `${'d'.repeat(42)}A`;

test.each<[string, TokenSecret]>([
  ['the time at which it was issued', { token: 't', verifiers: [{ digest }], issuedAt: 1_000 }],
  ['a token and its verifier', { token: 't', verifiers: [{ digest }] }],
  ['the version that it replaces', { token: 't', verifiers: [{ digest }], replaces: 'version-1' }],
  ['verifiers alone', { verifiers: [{ digest, expiresAt: 0 }] }],
])('a secret reads back as it was written: %s', (_, secret) => {
  expect(parseTokenSecret(serializeTokenSecret(secret))).toStrictEqual(secret);
});

test.each([
  ['no value', undefined],
  ['a plain token', 'token'],
  ['null', 'null'],
  ['a number', '7'],
  ['no verifiers', '{"token":"t"}'],
  ['an empty list of verifiers', '{"token":"t","verifiers":""}'],
  ['a plain token in place of a verifier', '{"token":"t","verifiers":"t"}'],
  ['a plain token among the verifiers', `{"verifiers":"sha256:${digest} t"}`],
  ['a malformed verifier', '{"token":"t","verifiers":"sha256:x"}'],
  ['a token with a space', `{"token":"a b","verifiers":"sha256:${digest}"}`],
])('a value is none of ours: %s', (_, text) => {
  expect(parseTokenSecret(text)).toBeNull();
});

test.each([
  ['a number', 5],
  ['a text that is no time', 'yesterday'],
  ['null', null],
])('the time at which a token was issued is unknown where it is %s', (_, issuedAt) => {
  const text = JSON.stringify({ verifiers: `sha256:${digest}`, issuedAt });
  expect(parseTokenSecret(text)).toStrictEqual({ verifiers: [{ digest }] });
});

test.each([5, null, ['version-1']])('a value replaces no version where it says %j', (replaces) => {
  const text = JSON.stringify({ verifiers: `sha256:${digest}`, replaces });
  expect(parseTokenSecret(text)).toStrictEqual({ verifiers: [{ digest }] });
});
