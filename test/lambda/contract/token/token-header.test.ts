import { expect, test } from '@jest/globals';
import {
  challengeOf,
  isSchemeHeader,
  withoutScheme,
} from '../../../../lambda/contract/token/token-header.ts';

test.each([
  ['authorization', true, 'Bearer'],
  ['Authorization', true, 'Bearer'],
  ['X-API-Token', false, 'ApiToken header="X-API-Token"'],
])('in %s, a token may stand behind a scheme: %s', (name, expected, challenge) => {
  expect(isSchemeHeader(name)).toBe(expected);
  expect(challengeOf(name)).toBe(challenge);
});

test.each([
  ['token', 'token'],
  ['Bearer token', 'token'],
  ['bearer token', 'token'],
  ['BEARER token', 'token'],
  ['Bearer  token', 'Bearer  token'],
  ['Bearer ', 'Bearer '],
  ['Bearertoken', 'Bearertoken'],
  ['x Bearer token', 'x Bearer token'],
  ['Bearer Bearer token', 'Bearer token'],
])('of %j, the token is %j', (value, token) => {
  expect(withoutScheme(value)).toBe(token);
});
