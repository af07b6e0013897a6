import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { permits } from '../../../../lambda/contract/access/permission.ts';
import { openRoutes } from '../../../../lambda/contract/access/route.ts';
import { leakFinder } from '../../../../lambda/contract/policy-proof/find-leak.ts';
import { leakPairs } from '../../../../lambda/contract/policy-proof/leak-pairs.ts';
import { protectedRoutes } from '../../../../lambda/contract/policy-proof/rest-method.ts';
import { anyApi, anyClients } from './random-apis.ts';

test('property: a policy leaks if and only if the client has the first of a pair without the second', () => {
  const count = { leaking: 0, tight: 0 };
  fc.assert(
    fc.property(anyApi, anyClients, (methods, grantsOfClients) => {
      const pairs = leakPairs(methods);
      const findLeak = leakFinder(methods);
      for (const grants of grantsOfClients) {
        const open = openRoutes(grants, protectedRoutes(methods));
        const leaks = methods.some(
          (method) =>
            method.permission !== undefined &&
            !permits(grants, method.permission) &&
            findLeak(open, method) !== undefined,
        );
        count[leaks ? 'leaking' : 'tight']++;
        expect(
          pairs.some(([opened, leaked]) => permits(grants, opened) && !permits(grants, leaked)),
        ).toBe(leaks);
      }
    }),
    { numRuns: 300 },
  );
  expect(count.leaking).toBeGreaterThan(20);
  expect(count.tight).toBeGreaterThan(20);
});
