import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isDigest,
  isTokenId,
  parseClientOperation,
  refusalIn,
} from '../../../../lambda/contract/wiring/client-operation.ts';

const digest = createHash('sha256').update('token').digest('base64url');
const NEW = { client: 'charlie', permissions: ['job.read'], plan: 'gold', digest };
const ROTATE = { operation: 'rotate', client: 'charlie', digest };
const SOURCES = ['203.0.113.7', '2001:db8::/32'];
const DAY = 24 * 60 * 60;
const hundred = Array.from({ length: 100 }, (_, index) => `job${'x'.repeat(index)}.read`);

describe('an operation is read as it was sent:', () => {
  test.each([
    ['create', { operation: 'create', ...NEW }],
    ['create, where there are no plans', { operation: 'create', ...NEW, plan: undefined }],
    ['create, with 100 permissions', { operation: 'create', ...NEW, permissions: hundred }],
    ['create, in a plan of 64', { operation: 'create', ...NEW, plan: 'p'.repeat(64) }],
    ['create, in a plan of one', { operation: 'create', ...NEW, plan: 'p' }],
    ['set of permissions', { operation: 'set', client: 'charlie', permissions: ['job.*', '*'] }],
    ['set of a plan', { operation: 'set', client: 'charlie', plan: 'gold' }],
    ['create, bound to sources', { operation: 'create', ...NEW, allowedSources: SOURCES }],
    ['set of sources', { operation: 'set', client: 'charlie', allowedSources: SOURCES }],
    ['set of no sources', { operation: 'set', client: 'charlie', allowedSources: [] }],
    ['suspension', { operation: 'set', client: 'charlie', state: 'suspended' }],
    ['its end', { operation: 'set', client: 'charlie', state: 'active' }],
    ['rotate', { operation: 'rotate', client: 'charlie', digest }],
    ['rotate at once', { operation: 'rotate', client: 'charlie', digest, overlapSeconds: 0 }],
    [
      'rotate with the longest overlap',
      { operation: 'rotate', client: 'charlie', digest, overlapSeconds: 30 * DAY },
    ],
    ['revoke of the previous', { operation: 'revoke', client: 'charlie', tokens: 'previous' }],
    ['rotate of the token that was seen', { ...ROTATE, currentId: '0123456789ab' }],
    [
      'revoke of the token that was seen',
      { operation: 'revoke', client: 'charlie', tokens: 'all', currentId: '0123456789ab' },
    ],
    ['revoke of all', { operation: 'revoke', client: 'charlie', tokens: 'all' }],
    ['delete', { operation: 'delete', client: 'charlie' }],
    ['get', { operation: 'get', client: 'charlie' }],
    ['find', { operation: 'find', digest }],
    ['import', { operation: 'import', clients: [NEW, { ...NEW, client: 'delta' }] }],
    ['import of 100', { operation: 'import', clients: Array(100).fill(NEW) }],
    ['list', { operation: 'list' }],
    ['list of a page', { operation: 'list', after: 'bravo', limit: 100 }],
    ['list of one', { operation: 'list', limit: 1 }],
    ['sync', { operation: 'sync' }],
  ])('%s', (_, operation) => {
    const sent = JSON.parse(JSON.stringify(operation)) as object;
    expect(parseClientOperation(sent)).toStrictEqual(sent);
    expect(parseClientOperation({ ...sent, other: 'field' })).toStrictEqual(sent);
  });
});

test('a source that is given twice is given once', () => {
  const allowedSources = [...SOURCES, '203.0.113.7'];
  expect(parseClientOperation({ operation: 'create', ...NEW, allowedSources })).toMatchObject({
    allowedSources: SOURCES,
  });
});

test('a permission that is given twice is given once', () => {
  const permissions = ['job.read', '*', 'job.read'];
  expect(parseClientOperation({ operation: 'create', ...NEW, permissions })).toMatchObject({
    permissions: ['job.read', '*'],
  });
});

describe('an operation is refused', () => {
  const PERMISSIONS = 'permissions must be a list of permissions such as job.create, job.* or *';
  const PLAN = 'plan must be the name of a plan';
  const DIGEST = 'digest must be a SHA-256 as 43 characters of base64url';
  const LIMIT = 'limit must be a whole number from 1 to 100';
  const CLIENT = 'client must be lower-case words with hyphens between, at most 64 characters';
  const OVERLAP = 'overlapSeconds must be a whole number from 0 to 2592000';
  const CLIENTS = 'clients must be a list of 1 to 100';
  const SOURCE_LIST = 'allowedSources must be a list of sources';
  const CURRENT = 'currentId must be the id of a token, 12 hexadecimal digits';

  test.each([
    [undefined, 'there is no such operation'],
    [null, 'there is no such operation'],
    ['sync', 'there is no such operation'],
    [{}, 'there is no such operation'],
    [{ operation: '' }, 'there is no such operation'],
    [{ operation: 'Sync' }, 'there is no such operation'],
    [{ operation: 'create', ...NEW, client: 'Charlie' }, CLIENT],
    [{ operation: 'create', ...NEW, permissions: undefined }, PERMISSIONS],
    [{ operation: 'create', ...NEW, permissions: 'job.read' }, PERMISSIONS],
    [{ operation: 'create', ...NEW, permissions: [] }, PERMISSIONS],
    [{ operation: 'create', ...NEW, permissions: ['job.read', 'job'] }, PERMISSIONS],
    [{ operation: 'create', ...NEW, permissions: [...hundred, 'job.create'] }, PERMISSIONS],
    [{ operation: 'create', ...NEW, plan: '' }, PLAN],
    [{ operation: 'create', ...NEW, plan: 'p'.repeat(65) }, PLAN],
    [{ operation: 'create', ...NEW, plan: ['gold'] }, PLAN],
    [{ operation: 'create', ...NEW, plan: null }, PLAN],
    [{ operation: 'create', ...NEW, digest: undefined }, DIGEST],
    [
      { operation: 'set', client: 'charlie' },
      'permissions, plan, state or allowedSources must be given',
    ],
    [{ operation: 'set', plan: 'gold' }, CLIENT],
    [{ operation: 'set', client: 'charlie', permissions: null }, PERMISSIONS],
    [{ operation: 'set', client: 'charlie', plan: 7 }, PLAN],
    [
      { operation: 'set', client: 'charlie', state: 'deleted' },
      'state must be active or suspended',
    ],
    [{ ...ROTATE, client: undefined }, CLIENT],
    [{ ...ROTATE, digest: `${digest}=` }, DIGEST],
    [{ ...ROTATE, overlapSeconds: -1 }, OVERLAP],
    [{ ...ROTATE, overlapSeconds: 1.5 }, OVERLAP],
    [{ ...ROTATE, overlapSeconds: 30 * DAY + 1 }, OVERLAP],
    [{ ...ROTATE, overlapSeconds: null }, OVERLAP],
    [{ ...ROTATE, currentId: '' }, CURRENT],
    [{ ...ROTATE, currentId: null }, CURRENT],
    [{ operation: 'revoke', client: 'charlie', tokens: 'all', currentId: 'x' }, CURRENT],
    [{ operation: 'create', ...NEW, allowedSources: '203.0.113.7' }, SOURCE_LIST],
    [{ operation: 'create', ...NEW, allowedSources: null }, SOURCE_LIST],
    [{ operation: 'set', client: 'charlie', allowedSources: { 0: '203.0.113.7' } }, SOURCE_LIST],
    [
      { operation: 'set', client: 'charlie', allowedSources: ['203.0.113.7/33'] },
      'allowedSources is malformed: source 203.0.113.7/33 must have a prefix length of 0 to 32',
    ],
    [{ operation: 'revoke', client: 'charlie' }, 'tokens must be previous or all'],
    [
      { operation: 'revoke', client: 'charlie', tokens: 'current' },
      'tokens must be previous or all',
    ],
    [{ operation: 'revoke', tokens: 'all' }, CLIENT],
    [{ operation: 'delete' }, CLIENT],
    [{ operation: 'get', client: ['charlie'] }, CLIENT],
    [{ operation: 'find' }, DIGEST],
    [{ operation: 'find', digest: [digest] }, DIGEST],
    [{ operation: 'import' }, CLIENTS],
    [{ operation: 'import', clients: { 0: NEW, length: 1 } }, CLIENTS],
    [{ operation: 'import', clients: [] }, CLIENTS],
    [{ operation: 'import', clients: Array(101).fill(NEW) }, CLIENTS],
    [{ operation: 'import', clients: [NEW, null] }, CLIENT],
    [{ operation: 'list', after: '' }, 'after must be the name of a client'],
    [{ operation: 'list', limit: 0 }, LIMIT],
    [{ operation: 'list', limit: -1 }, LIMIT],
    [{ operation: 'list', limit: 1.5 }, LIMIT],
    [{ operation: 'list', limit: 101 }, LIMIT],
    [{ operation: 'list', limit: '5' }, LIMIT],
    [{ operation: 'list', limit: null }, LIMIT],
  ])('when it is %j', (operation, message) => {
    expect(() => parseClientOperation(operation)).toThrow(new TypeError(message));
  });

  test('in an answer, and not by an error', () => {
    expect(refusalIn({ refused: 'a sentence' })).toBe('a sentence');
    for (const answer of [null, undefined, { client: 'bravo' }, { refused: 1 }, 'refused']) {
      expect(refusalIn(answer)).toBeUndefined();
    }
  });
});

describe('a digest', () => {
  test('of any text is one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(isDigest(createHash('sha256').update(text).digest('base64url'))).toBe(true);
      }),
    );
  });

  test.each([
    ['a character too few', digest.slice(1)],
    ['a character too many', `x${digest}`],
    ['a line after it', `${digest}\n`],
    ['bits after its end', `${digest.slice(0, -1)}B`],
    ['base64', `+${digest.slice(1)}`],
    ['a list', [digest]],
    ['nothing', undefined],
  ])('is none: %s', (_, value) => {
    expect(isDigest(value)).toBe(false);
  });
});

test.each<[unknown, boolean]>([
  ['0123456789ab', true],
  ['cdef01234567', true],
  ['0123456789a', false],
  ['0123456789abc', false],
  ['0123456789AB', false],
  ['0123456789ag', false],
  ['0123456789ab\n', false],
  [['0123456789ab'], false],
  [undefined, false],
])('%j can be the id of a token: %j', (value, isId) => {
  expect(isTokenId(value)).toBe(isId);
});
