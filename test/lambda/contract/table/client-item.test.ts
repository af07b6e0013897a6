import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type ClientItem,
  type ListedToken,
  parseClientItem,
  serializeClientItem,
} from '../../../../lambda/contract/table/client-item.ts';

const text = fc.string({ minLength: 1 });
const time = fc.nat({ max: 4_000_000_000_000 });
const token = fc.record<ListedToken, keyof ListedToken>(
  { digest: text, issuedAt: time, expiresAt: time },
  { noNullPrototype: true, requiredKeys: ['digest', 'issuedAt'] },
);
const client = fc.record<ClientItem, keyof ClientItem>(
  {
    name: fc.constantFrom('bravo', 'ae-plugin'),
    permissions: fc.uniqueArray(fc.constantFrom('job.read', 'job.*', '*'), { minLength: 1 }),
    plan: text,
    state: fc.constantFrom('active', 'suspended', 'deleted'),
    usageIdentifierKey: text,
    readyAt: time,
    tokens: fc.array(token),
    version: fc.nat(),
  },
  { noNullPrototype: true, requiredKeys: ['name', 'permissions', 'state', 'tokens', 'version'] },
);

test('a client is read back from its item as it was written', () => {
  fc.assert(
    fc.property(client, (written) => {
      expect(parseClientItem(serializeClientItem(written))).toStrictEqual(written);
    }),
  );
});

const CLIENT: ClientItem = {
  name: 'bravo',
  permissions: ['job.read', 'file.*'],
  plan: 'gold',
  state: 'active',
  usageIdentifierKey: 'key-of-bravo',
  tokens: [{ digest: 'some-digest', issuedAt: 1 }],
  version: 7,
};
const item = (change: object) =>
  ({ ...serializeClientItem(CLIENT), ...change }) as ReturnType<typeof serializeClientItem>;

describe('the item of a client', () => {
  test('stands under its name beside those of all clients', () => {
    expect(serializeClientItem(CLIENT)).toStrictEqual({
      pk: { S: 'client' },
      sk: { S: 'bravo' },
      permissions: { S: 'job.read file.*' },
      plan: { S: 'gold' },
      state: { S: 'active' },
      usageIdentifierKey: { S: 'key-of-bravo' },
      version: { N: '7' },
      tokens: { L: [{ M: { digest: { S: 'some-digest' }, issuedAt: { N: '1' } } }] },
    });
  });

  test.each([
    ['without a name', { sk: undefined }],
    ['with a name that cannot be one', { sk: { S: 'Bravo' } }],
    ['without permissions', { permissions: undefined }],
    ['with a permission that is none', { permissions: { S: 'job' } }],
    ['without a state', { state: undefined }],
    ['with another state', { state: { S: 'gone' } }],
    ['without a version', { version: undefined }],
    ['with a version that is no number', { version: { S: '7' } }],
    ['without tokens', { tokens: undefined }],
    ['with tokens that are no list', { tokens: { S: 'some-digest' } }],
    ['with a token that has no parts', { tokens: { L: [{ S: 'some-digest' }] } }],
    ['with a token without a digest', { tokens: { L: [{ M: { issuedAt: { N: '1' } } }] } }],
    ['with a token without its time', { tokens: { L: [{ M: { digest: { S: 'd' } } }] } }],
  ])('%s is a fault', (_, change) => {
    expect(() => parseClientItem(item(change))).toThrow(new TypeError('malformed client item'));
  });

  test.each(['plan', 'usageIdentifierKey', 'readyAt'])(
    'with %s in another form is a fault, and not a client without',
    (name) => {
      expect(() => parseClientItem(item({ [name]: { L: [] } }))).toThrow(
        new TypeError(`malformed ${name} in an item`),
      );
    },
  );

  test('with the end of a token in another form is a fault, and no token without an end', () => {
    const endless = { digest: { S: 'd' }, issuedAt: { N: '1' }, expiresAt: { S: 'never' } };
    expect(() => parseClientItem(item({ tokens: { L: [{ M: endless }] } }))).toThrow(
      new TypeError('malformed expiresAt in an item'),
    );
  });
});
