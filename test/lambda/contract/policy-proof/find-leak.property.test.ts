import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openRoutes } from '../../../../lambda/contract/access/route.ts';
import { leakFinder } from '../../../../lambda/contract/policy-proof/find-leak.ts';
import {
  protectedRoutes,
  type RestMethod,
} from '../../../../lambda/contract/policy-proof/rest-method.ts';
import { matcherOf, type Request, requestsUpTo, routerOf } from './enumerated-requests.ts';
import { anyApi, anyClients } from './random-apis.ts';

// The figure of docs/decisions/0002 comes from:
//   POLICY_PROOF_APIS=20000 POLICY_PROOF_SEED=1 npm test -- find-leak.property
const apiCount = Number(process.env.POLICY_PROOF_APIS ?? 400);
const seed = Number(process.env.POLICY_PROOF_SEED ?? 1);

test(`property: ${apiCount} APIs of seed ${seed} have exactly the leaks that trying all requests finds`, () => {
  const count = { decisions: 0, refused: 0, leaks: 0, needless: 0, shutOut: 0 };
  fc.assert(
    fc.property(anyApi, anyClients, (methods, grantsOfClients) => {
      const serving = routerOf(methods);
      const findLeak = leakFinder(methods);
      const routes = protectedRoutes(methods);
      const requests = requestsUpTo(5, methods).map((request) => ({
        ...request,
        method: serving(request),
      }));
      for (const grants of grantsOfClients) {
        const open = openRoutes(grants, routes);
        const allows = matcherOf(open);
        const isOpen = ({ permission }: RestMethod) =>
          permission !== undefined && (grants as readonly string[]).includes(permission);
        const leaking = new Set<RestMethod>();
        for (const { method, ...request } of requests) {
          if (method?.permission === undefined) continue;
          if (!isOpen(method)) {
            if (allows(request) || allows(withSlash(request))) leaking.add(method);
          } else if (!allows(request)) count.shutOut++;
        }
        for (const method of methods) {
          if (method.permission === undefined || isOpen(method)) continue;
          count.decisions++;
          const leak = findLeak(open, method);
          if (leak === undefined) {
            if (leaking.has(method)) count.leaks++;
          } else {
            count.refused++;
            // The example may be longer than what was tried, so it is tried itself.
            if (serving(leak) !== method || !matcherOf([leak.route])(leak)) count.needless++;
          }
        }
      }
      expect(count).toMatchObject({ leaks: 0, needless: 0, shutOut: 0 });
    }),
    { seed, numRuns: apiCount },
  );
  expect(count.refused).toBeGreaterThan(apiCount / 10);
  expect(count.decisions - count.refused).toBeGreaterThan(apiCount / 10);
  if (process.env.POLICY_PROOF_APIS !== undefined) {
    process.stdout.write(`${apiCount} APIs, seed ${seed}: ${JSON.stringify(count)}\n`);
  }
});

function withSlash({ verb, path }: Request): Request {
  return { verb, path: path === '/' ? path : `${path}/` };
}
