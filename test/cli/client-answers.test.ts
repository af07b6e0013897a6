import { describe, expect, test } from '@jest/globals';
import { isAnswer } from '../../cli/table/client-answers.ts';

const view = {
  client: 'charlie',
  permissions: ['job.read'],
  plan: 'gold',
  allowedSources: ['203.0.113.0/24'],
  state: 'pending',
  readyAt: 1,
  version: 1,
  tokens: [{ id: '0123456789ab', issuedAt: 1, expiresAt: 2 }],
  isInCode: true,
};
const details = { ...view, usagePlanId: 'plan', apiKeyId: 'key' };
const imported = { client: 'charlie', outcome: 'failed', readyAt: 1, reason: 'no' };

describe('an answer of the client function', () => {
  test('is one of this version', () => {
    const { client, permissions, version } = view;
    const least = { client, permissions, version };
    for (const operation of ['create', 'set', 'rotate', 'revoke'] as const) {
      for (const answer of [view, { ...least, state: 'active', tokens: [] }]) {
        expect(isAnswer[operation](answer)).toBe(true);
      }
      expect(isAnswer[operation](null)).toBe(false);
    }
    expect(isAnswer.delete(null)).toBe(true);
    expect([details, view, null].map(isAnswer.get)).toEqual([true, true, true]);
    expect(isAnswer.find({ client: view, tokenId: '0123456789ab' })).toBe(true);
    expect(isAnswer.list({ clients: [view], next: 'charlie' })).toBe(true);
    expect(isAnswer.list({ clients: [] })).toBe(true);
    expect(isAnswer.import([imported, { client: 'delta', outcome: 'created' }])).toBe(true);
  });

  test.each<[keyof typeof details, readonly unknown[]]>([
    ['client', [undefined, 'a_b', 1]],
    ['permissions', [undefined, 'job.read', ['job read']]],
    ['plan', ['', 1, null]],
    ['allowedSources', [[], '10.0.0.1', ['10.0.0.1/8'], null]],
    ['state', [undefined, 'gone']],
    ['readyAt', [undefined, -1, 1.5, 1e16, '1']],
    ['version', [undefined, '1']],
    ['tokens', [undefined, {}, [{ id: 'atk', issuedAt: 1 }], [{ id: '0123456789ab' }], [null]]],
    ['isInCode', [false, 'yes']],
    ['usagePlanId', [1, '']],
    ['apiKeyId', [1, '']],
  ])('is not with another %s', (field, values) => {
    for (const value of values) {
      const wrong = { ...details, [field]: value };
      expect(isAnswer.get(wrong)).toBe(false);
      const isOfDetails = field === 'usagePlanId' || field === 'apiKeyId';
      expect(isAnswer.list({ clients: [view, wrong] })).toBe(isOfDetails);
      expect(isAnswer.find({ client: wrong, tokenId: '0123456789ab' })).toBe(isOfDetails);
    }
  });

  test.each([
    ['delete', undefined],
    ['find', { client: view, tokenId: 'ba9876543210' }],
    ['find', {}],
    ['list', { clients: [], next: 'A' }],
    ['list', { clients: {} }],
    ['import', {}],
    ['import', [{ ...imported, outcome: 'changed' }]],
    ['import', [{ ...imported, reason: undefined }]],
    ['import', [{ ...imported, readyAt: 'soon' }]],
    ['import', [{ ...imported, client: '' }]],
  ] as const)('of %s is not %j', (operation, answer) => {
    expect(isAnswer[operation](answer)).toBe(false);
  });
});
