import { runSimulation } from '@cloud-copilot/iam-simulate';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluatePolicy, parsePolicy } from '../../local/api/authorize/policy.ts';

const account = '000000000000';
const arnPrefix = `arn:aws:execute-api:eu-west-1:${account}:abc/prod`;

/** What an evaluator that others wrote says of an identity's policy. */
async function oracle(policy: object, resource: string): Promise<string> {
  const outcome = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${account}:user/client`,
        action: 'execute-api:Invoke',
        resource: { resource, accountId: account },
        contextVariables: {},
      },
      identityPolicies: [{ name: 'policy', policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  return outcome.resultType === 'single' ? outcome.overallResult : JSON.stringify(outcome);
}

const verdicts: Record<string, string> = {
  Allowed: 'allow',
  ImplicitlyDenied: 'deny',
  ExplicitlyDenied: 'explicit deny',
};

const segment = fc.constantFrom('jobs', 'job', 'a', 'ab', '*', '?', 'j*', '*s', 'jo?s', '**', '');
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const verb = fc.constantFrom('GET', 'POST', '*', 'G?T', 'P*');
const resourcePattern = fc.oneof(
  fc.constant('*'),
  fc.tuple(verb, path).map(([method, rest]) => `${arnPrefix}/${method}/${rest}`),
);
const action = fc.constantFrom(
  'execute-api:Invoke',
  'execute-api:invoke',
  'execute-api:*',
  'execute-api:Inv*',
  'execute-api:ManageConnections',
  '*',
);
const oneOrMore = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }));
const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
  Action: oneOrMore(action),
  Resource: oneOrMore(resourcePattern),
});
const requestPath = fc
  .array(fc.constantFrom('jobs', 'job', 'a', 'ab', 'abc'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'));

test('property: a policy means what it means to another evaluator', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(statement, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('GET', 'POST', 'DELETE'),
      requestPath,
      async (statements, method, rest) => {
        const document = { Version: '2012-10-17', Statement: statements };
        const arn = `${arnPrefix}/${method}/${rest}`;
        const verdict = evaluatePolicy(parsePolicy(document), 'execute-api:Invoke', arn);
        expect(verdict).toBe(verdicts[await oracle(document, arn)]);
      },
    ),
    { numRuns: 200 },
  );
});
