import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { matchesArnPattern } from '../../../../lambda/contract/access/arn-pattern.ts';

describe('a pattern in a policy resource', () => {
  test.each([
    ['matches itself', 'GET/jobs', 'GET/jobs', true],
    ['is case-sensitive', 'GET/jobs', 'GET/Jobs', false],
    ['crosses slashes with *', 'GET/jobs/*', 'GET/jobs/1/logs', true],
    ['lets * be nothing', 'GET/jobs/*', 'GET/jobs/', true],
    ['wants what stands before *', 'GET/jobs/*', 'GET/jobs', false],
    ['wants what stands after *', 'GET/*/logs', 'GET/jobs/1', false],
    ['goes back for a later match', '*ab', 'aab-ab', true],
    ['lets ? be one character', 'GET/job?', 'GET/jobs', true],
    ['does not let ? be nothing', 'GET/jobs?', 'GET/jobs', false],
    ['takes dots and brackets as they are', 'GET/a.b[c]', 'GET/a.b[c]', true],
    ['does not read a dot as any character', 'GET/a.b', 'GET/axb', false],
  ])('%s', (_, pattern, arn, expected) => {
    expect(matchesArnPattern(pattern, arn)).toBe(expected);
  });

  test('agrees with the same pattern as a regular expression', () => {
    const text = (unit: string) =>
      fc.string({ unit: fc.constantFrom(...unit.split('')), maxLength: 8 });
    fc.assert(
      fc.property(text('ab/*?'), text('ab/'), (pattern, arn) => {
        const same = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesArnPattern(pattern, arn)).toBe(same.test(arn));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is decided at once, however many stars it has', () => {
    expect(matchesArnPattern('*a'.repeat(200), 'a'.repeat(1_000).concat('b'))).toBe(false);
  });
});
