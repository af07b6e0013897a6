import { expect, test } from '@jest/globals';
import { Refusal } from '../../local/api/refusal.ts';

test('a refusal has no stack trace, and an error after it has one again', () => {
  expect(new Refusal('UNAUTHORIZED', 'Unauthorized').stack).toBe('Error: Unauthorized');
  expect(new Error('after').stack).toContain('refusal.test.ts');
});
