import { runSimulation } from '@cloud-copilot/iam-simulate';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { evaluatePolicy, invoking, parsePolicy } from '../../local/api/authorize/policy.ts';

const account = '000000000000';
const arnPrefix = `arn:aws:execute-api:eu-west-1:${account}:abc/prod`;

/** What an evaluator that others wrote says of an identity's policy. */
async function oracle(policy: object, resource: string, sourceIp: string): Promise<string> {
  const outcome = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${account}:user/client`,
        action: 'execute-api:Invoke',
        resource: { resource, accountId: account },
        contextVariables: { 'aws:SourceIp': sourceIp },
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
// Without 0.0.0.0/0, which the other evaluator takes for a block without an address.
const source = fc.constantFrom(
  '10.0.0.0/8',
  '10.1.2.3',
  '10.1.2.0/30',
  '0.0.0.0/1',
  '2001:db8::/32',
  '2001:db8::1',
  '::/0',
);
const statement = fc.record(
  {
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    Action: oneOrMore(action),
    Resource: oneOrMore(resourcePattern),
    Condition: fc.record({ IpAddress: fc.record({ 'aws:SourceIp': oneOrMore(source) }) }),
  },
  { requiredKeys: ['Effect', 'Action', 'Resource'] },
);
const requestPath = fc
  .array(fc.constantFrom('jobs', 'job', 'a', 'ab', 'abc'), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'));

test('property: a policy means what it means to another evaluator', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(statement, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('GET', 'POST', 'DELETE'),
      requestPath,
      fc.constantFrom('10.1.2.3', '10.1.2.4', '192.0.2.1', '2001:db8::1', '2001:db9::1'),
      async (statements, method, rest, sourceIp) => {
        const document = { Version: '2012-10-17', Statement: statements };
        const arn = `${arnPrefix}/${method}/${rest}`;
        const verdict = evaluatePolicy(parsePolicy(document), invoking(arn, sourceIp));
        expect(verdict).toBe(verdicts[await oracle(document, arn, sourceIp)]);
      },
    ),
    { numRuns: 400 },
  );
});
