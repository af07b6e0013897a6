import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type IssuerOperation,
  isOverlap,
  parseIssuerOperation,
} from '../../../../lambda/contract/wiring/issuer.ts';

const versionId = '01890a5d-ac96-774b-bcce-b302099a8057';
const rotate = { operation: 'rotate', secretId: 's', versionId } as const;
const revoke = { operation: 'revoke', secretId: 's', versionId, tokens: 'all' } as const;

describe("an operator's request", () => {
  test.each<[string, IssuerOperation]>([
    ['rotates', rotate],
    ['rotates without an overlap', { ...rotate, overlapSeconds: 0 }],
    ['rotates with an overlap of a second', { ...rotate, overlapSeconds: 1 }],
    ['rotates with an overlap of 30 days', { ...rotate, overlapSeconds: 2_592_000 }],
    ['revokes all tokens', revoke],
    ['revokes previous tokens', { ...revoke, tokens: 'previous' }],
    ['has a version id of 32 characters', { ...rotate, versionId: 'a'.repeat(32) }],
    ['has a version id of 64 characters', { ...revoke, versionId: '_'.repeat(64) }],
  ])('%s', (_, request) => {
    expect(parseIssuerOperation(request)).toEqual(request);
  });

  test.each([
    ['rotate', { ...rotate, overlapSeconds: 60 }],
    ['revoke', revoke],
  ])('to %s is read without what it does not name', (_, request) => {
    expect(parseIssuerOperation({ ...request, token: 'x' })).toEqual(request);
  });

  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'secretId is missing'],
    ['null', null, 'secretId is missing'],
    ['no secret id', { ...rotate, secretId: undefined }, 'secretId is missing'],
    ['an empty secret id', { ...rotate, secretId: '' }, 'secretId is missing'],
    ['a secret id that is a list', { ...revoke, secretId: ['s'] }, 'secretId is missing'],
  ])('is refused with %s', (_, request, message) => {
    expect(() => parseIssuerOperation(request)).toThrow(new TypeError(message));
  });

  test.each([
    undefined,
    '',
    'a'.repeat(31),
    'a'.repeat(65),
    `${'a'.repeat(32)} `,
    ` ${'a'.repeat(32)}`,
    `${'a'.repeat(31)}.`,
    { toString: () => versionId },
  ])('is refused with the version id %j', (wrong) => {
    expect(() => parseIssuerOperation({ ...rotate, versionId: wrong })).toThrow(
      new TypeError('versionId must have 32 to 64 characters'),
    );
  });

  test.each([-1, -0.5, 0.5, 1.5, 2_592_001, Number.NaN, Infinity, '60', null, true, [60]])(
    'is refused with an overlap of %p',
    (overlapSeconds) => {
      expect(isOverlap(overlapSeconds)).toBe(false);
      expect(() => parseIssuerOperation({ ...rotate, overlapSeconds })).toThrow(
        new TypeError('overlapSeconds must be a whole number from 0 to 2592000'),
      );
    },
  );

  test.each([undefined, '', 'current', ['all'], true])(
    'is refused with the tokens %j',
    (tokens) => {
      expect(() => parseIssuerOperation({ ...revoke, tokens })).toThrow(
        new TypeError('tokens must be previous or all'),
      );
    },
  );

  test.each([undefined, '', 'Rotate', 'delete', ['rotate']])(
    'is refused with the operation %j',
    (operation) => {
      for (const request of [rotate, revoke]) {
        expect(() => parseIssuerOperation({ ...request, operation })).toThrow(
          new TypeError('operation must be rotate or revoke'),
        );
      }
    },
  );
});

test('an overlap is a whole number of seconds up to 30 days', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 * 24 * 60 * 60 }), (seconds) => {
      expect(isOverlap(seconds)).toBe(true);
    }),
  );
});
