import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  parseTokenItem,
  serializeTokenItem,
  type TokenItem,
} from '../../../../lambda/contract/table/token-item.ts';

const text = fc.string({ minLength: 1 });
const time = fc.nat({ max: 4_000_000_000_000 });
const token = fc.record<TokenItem, keyof TokenItem>(
  {
    digest: text,
    clientName: fc.constantFrom('bravo', 'ae-plugin'),
    permissions: fc.uniqueArray(fc.constantFrom('job.read', 'job.*', '*'), { minLength: 1 }),
    state: fc.constantFrom('active', 'suspended'),
    usageIdentifierKey: text,
    allowedSources: fc.array(fc.constantFrom('203.0.113.0/24', '::1'), { minLength: 1 }),
    readyAt: time,
    expiresAt: time,
  },
  { noNullPrototype: true, requiredKeys: ['digest', 'clientName', 'permissions', 'state'] },
);

test('a token is read back from its item as it was written', () => {
  fc.assert(
    fc.property(token, (written) => {
      expect(parseTokenItem(written.digest, serializeTokenItem(written))).toStrictEqual(written);
    }),
  );
});

const TOKEN: TokenItem = {
  digest: 'some-digest',
  clientName: 'bravo',
  permissions: ['job.read', 'file.*'],
  state: 'active',
};
const item = (change: object) =>
  ({ ...serializeTokenItem(TOKEN), ...change }) as ReturnType<typeof serializeTokenItem>;

describe('the item of a token', () => {
  test('stands under its digest, and names what is decided by', () => {
    const written = serializeTokenItem({ ...TOKEN, allowedSources: ['::1', '::2'], readyAt: 0 });
    expect(written).toStrictEqual({
      pk: { S: 'token#some-digest' },
      sk: { S: 'token' },
      clientName: { S: 'bravo' },
      permissions: { S: 'job.read file.*' },
      state: { S: 'active' },
      allowedSources: { S: '::1 ::2' },
      readyAt: { N: '0' },
    });
  });

  test('goes a week after the token has ended, at the next whole second', () => {
    const end = Date.UTC(2026, 11, 1);
    const removedAt = (expiresAt: number) => serializeTokenItem({ ...TOKEN, expiresAt }).ttl;
    expect(removedAt(end)).toEqual({ N: String(Date.UTC(2026, 11, 8) / 1_000) });
    expect(removedAt(end + 1)).toEqual({ N: String(Date.UTC(2026, 11, 8) / 1_000 + 1) });
  });

  test('may have more than one space between sources', () => {
    const spaced = item({ allowedSources: { S: ' ::1  ::2' } });
    expect(parseTokenItem('d', spaced).allowedSources).toEqual(['::1', '::2']);
  });

  test.each([
    ['without a client', { clientName: undefined }],
    ['with a client that cannot be one', { clientName: { S: 'Bravo' } }],
    ['with a client in another form', { clientName: { N: '1' } }],
    ['with a client that is no text', { clientName: { S: ['bravo'] } }],
    ['without permissions', { permissions: undefined }],
    ['with an empty permission', { permissions: { S: '' } }],
    ['with a permission that is none', { permissions: { S: 'job.read job' } }],
    ['with two spaces between permissions', { permissions: { S: 'job.read  job.create' } }],
    ['without a state', { state: undefined }],
    ['with another state', { state: { S: 'deleted' } }],
  ])('%s is a fault', (_, change) => {
    expect(() => parseTokenItem('d', item(change))).toThrow(new TypeError('malformed token item'));
  });

  test.each([
    ['usageIdentifierKey', { N: '1' }],
    ['usageIdentifierKey', { S: 1 }],
    ['allowedSources', { S: '' }],
    ['allowedSources', { N: '1' }],
    ['readyAt', { S: '1' }],
    ['expiresAt', undefined],
    ['expiresAt', { S: '1764547200000' }],
    ['expiresAt', { N: 1 }],
    ['expiresAt', { N: '' }],
    ['expiresAt', { N: '-1' }],
    ['expiresAt', { N: '1.5' }],
    ['expiresAt', { N: '1e3' }],
    ['expiresAt', { N: '1234567890123456' }],
  ])('with %s as %j is a fault: what limits a token is never left out', (name, wrong) => {
    expect(() => parseTokenItem('d', item({ [name]: wrong }))).toThrow(
      new TypeError(`malformed ${name} in an item`),
    );
  });

  test('may have an end of fifteen digits', () => {
    const late = item({ expiresAt: { N: '123456789012345' } });
    expect(parseTokenItem('d', late).expiresAt).toBe(123_456_789_012_345);
  });
});
