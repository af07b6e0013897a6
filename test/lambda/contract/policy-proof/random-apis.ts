import fc from 'fast-check';
import type { RestMethod } from '../../../../lambda/contract/policy-proof/rest-method.ts';

const PERMISSIONS = ['file.read', 'job.create', 'job.read'] as const;

const part = fc.constantFrom('a', 'b', 'c', '{x}', '{x}');
const resourcePath = fc
  .tuple(fc.array(part, { maxLength: 4 }), fc.constantFrom('', '', '/{rest+}'))
  .map(([parts, end]) => `/${parts.join('/')}${end}`.replace('//', '/'));
const methodsOfResource = fc.uniqueArray(
  fc.record(
    {
      httpMethod: fc.constantFrom('GET', 'POST', 'ANY'),
      permission: fc.constantFrom(...PERMISSIONS),
    },
    // A method without a permission is open to everyone, or somebody else guards it.
    { requiredKeys: ['httpMethod'] },
  ),
  { selector: ({ httpMethod }) => httpMethod, minLength: 1, maxLength: 2 },
);
/** A REST API of a few resources, with methods that are protected by some of three permissions, or open. */
export const anyApi = fc
  .uniqueArray(fc.tuple(resourcePath, methodsOfResource), {
    selector: ([path]) => path,
    minLength: 2,
    maxLength: 7,
  })
  .map((resources) =>
    resources.flatMap(([path, methods]) =>
      methods.map((method): RestMethod => ({ resourcePath: path, ...method })),
    ),
  );
/** The grants of a few clients. */
export const anyClients = fc.array(fc.subarray([...PERMISSIONS], { minLength: 1, maxLength: 2 }), {
  minLength: 1,
  maxLength: 3,
});
