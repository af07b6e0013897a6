import { describe, expect, test } from '@jest/globals';
import { parseIssuerClients } from '../../../../lambda/contract/wiring/issuer.ts';

describe('the clients of the rotation function', () => {
  const registry = [
    { name: 'bravo', variable: 'A' },
    { name: 'ae-plugin', variable: 'B' },
  ];

  test('are those of the registry, with the secrets of the deployment in the same order', () => {
    expect(parseIssuerClients(registry, 'arn-1 arn-2')).toEqual([
      { name: 'bravo', variable: 'A', secretId: 'arn-1' },
      { name: 'ae-plugin', variable: 'B', secretId: 'arn-2' },
    ]);
  });

  test('have an address to be tried from, where they may not call from all', () => {
    const bound = [{ name: 'bravo', variable: 'A', source: '203.0.113.0' }, registry[1]];
    expect(parseIssuerClients(bound, 'arn-1 arn-2')).toStrictEqual([
      { name: 'bravo', variable: 'A', secretId: 'arn-1', source: '203.0.113.0' },
      { name: 'ae-plugin', variable: 'B', secretId: 'arn-2' },
    ]);
  });

  test.each([
    ['a secret too few', registry, 'arn-1', '2 clients, but SECRET_IDS names 1 secrets'],
    ['a secret too many', registry, 'a b c', '2 clients, but SECRET_IDS names 3 secrets'],
    ['the same secret twice', registry, 'a a', '2 clients, but SECRET_IDS names 2 secrets'],
    ['an empty secret', registry, 'a ', '2 clients, but SECRET_IDS names 2 secrets'],
    ['no list', {}, 'a', 'malformed registry of the issuer'],
    ['a client without a name', [{ variable: 'A' }], 'a', 'malformed registry of the issuer'],
    [
      'a name that is no text',
      [{ name: 1, variable: 'A' }],
      'a',
      'malformed registry of the issuer',
    ],
    ['a client without a variable', [{ name: 'x' }], 'a', 'malformed registry of the issuer'],
    [
      'a malformed client after another',
      [...registry, { name: 'x', variable: '' }],
      'a b c',
      'malformed registry of the issuer',
    ],
    [
      'something like a list',
      { every: () => true, length: 1 },
      'a',
      'malformed registry of the issuer',
    ],
    [
      'an empty source',
      [{ name: 'x', variable: 'A', source: '' }],
      'a',
      'malformed registry of the issuer',
    ],
    [
      'a source that is no text',
      [{ name: 'x', variable: 'A', source: null }],
      'a',
      'malformed registry of the issuer',
    ],
    ['an empty variable', [{ name: 'x', variable: '' }], 'a', 'malformed registry of the issuer'],
    ['a client that is null', [null], 'a', 'malformed registry of the issuer'],
  ])('are a fault with %s', (_, value, secretIds, message) => {
    expect(() => parseIssuerClients(value, secretIds)).toThrow(new TypeError(message));
  });
});
