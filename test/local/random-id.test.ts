import { expect, test } from '@jest/globals';
import { randomId } from '../../local/random-id.ts';

test.each([
  ['hex', /^[0-9a-f]{24}$/],
  ['base64url', /^[\w-]{16}$/],
] as const)('random ids in %s are all of one length, and none comes twice', (encoding, form) => {
  const ids = Array.from({ length: 5_000 }, () => randomId(12, encoding));
  for (const id of ids) expect(id).toMatch(form);
  expect(new Set(ids).size).toBe(ids.length);
});
