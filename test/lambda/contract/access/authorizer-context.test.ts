import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  parseAuthorizerContext,
  serializeAuthorizerContext,
} from '../../../../lambda/contract/access/authorizer-context.ts';

const context = { clientName: 'bravo', tokenId: '0123456789ab', permissions: 'job.read job.*' };

describe('the authorizer context', () => {
  test('reads back as it was written', () => {
    const grant = fc.constantFrom('*' as const, 'job.*' as const, 'job.read' as const);
    fc.assert(
      fc.property(fc.array(grant), (permissions) => {
        const apiToken = { id: '0123456789ab', clientName: 'bravo', permissions };
        expect(parseAuthorizerContext(serializeAuthorizerContext(apiToken))).toEqual(apiToken);
      }),
    );
  });

  test('does not carry the expiry', () => {
    const apiToken = { id: '0123456789ab', clientName: 'bravo', permissions: [], expiresAt: 1 };
    expect(Object.keys(serializeAuthorizerContext(apiToken))).toEqual([
      'clientName',
      'tokenId',
      'permissions',
    ]);
  });

  test('is read among the values that API Gateway adds', () => {
    expect(
      parseAuthorizerContext({ ...context, principalId: 'bravo', integrationLatency: 3 }),
    ).toEqual({ id: '0123456789ab', clientName: 'bravo', permissions: ['job.read', 'job.*'] });
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'bravo'],
    ['empty', {}],
    ['without a client', { ...context, clientName: '' }],
    ['with a client that is a number', { ...context, clientName: 7 }],
    ['with a token id that is no fingerprint', { ...context, tokenId: 'abc' }],
    ['with a token id that has more before it', { ...context, tokenId: '00123456789ab' }],
    ['with a token id that has more after it', { ...context, tokenId: '0123456789ab0' }],
    ['with a token id that is a list', { ...context, tokenId: ['0123456789ab'] }],
    ['with a malformed permission after another', { ...context, permissions: 'job.read job' }],
    ['without permissions', { ...context, permissions: undefined }],
    ['with permissions that are a list', { ...context, permissions: ['job.read'] }],
    ['with a malformed permission', { ...context, permissions: 'job' }],
    ['with two spaces between permissions', { ...context, permissions: 'job.read  job.*' }],
  ])('is nobody when %s', (_, value) => {
    expect(parseAuthorizerContext(value)).toBeNull();
  });
});
