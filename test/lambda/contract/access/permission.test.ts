import { describe, expect, test } from '@jest/globals';
import { isGrant, isPermission, permits } from '../../../../lambda/contract/access/permission.ts';

describe('a permission', () => {
  test.each(['job.create', 'job.read', 'a.b.c', 'big-job.re-run', 'job2.x'])('is %s', (text) => {
    expect(isPermission(text)).toBe(true);
  });

  test.each(['', 'job', 'job.', '.read', 'job..read', 'Job.read', 'job.*', '*', 'job read', '1.a'])(
    'is not %j',
    (text) => {
      expect(isPermission(text)).toBe(false);
    },
  );

  test('is a text', () => {
    expect(isPermission(undefined)).toBe(false);
    expect(isPermission(['job.create'])).toBe(false);
    expect(isGrant(['job.create'])).toBe(false);
  });
});

describe('a grant', () => {
  test.each(['*', 'job.*', 'job.create', 'a.b.*'])('is %s', (text) => {
    expect(isGrant(text)).toBe(true);
  });

  test.each(['', 'job', 'job*', 'job.c*', '**', '*.create', 'job.*.x'])('is not %j', (text) => {
    expect(isGrant(text)).toBe(false);
  });
});

describe('a grant permits', () => {
  test.each([
    ['the same permission', ['job.create'], 'job.create', true],
    ['everything below its word', ['job.*'], 'job.create', true],
    ['everything, at any depth, below its word', ['job.*'], 'job.item.read', true],
    ['everything', ['*'], 'job.create', true],
    ['if any of several does', ['a.b', 'job.read'], 'job.read', true],
    ['nothing else', ['job.read'], 'job.create', false],
    ['not the word itself', ['job.*'], 'job', false],
    ['no word that only begins the same', ['job.*'], 'jobs.read', false],
    ['no longer permission', ['job.read'], 'job.read.all', false],
    ['nothing when malformed', ['job*', 'j*'], 'job.read', false],
    ['nothing when there is none', [], 'job.read', false],
  ] as const)('%s', (_, grants, permission, expected) => {
    expect(permits(grants, permission)).toBe(expected);
  });
});
