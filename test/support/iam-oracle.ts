import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { PolicyDocument } from 'aws-lambda';

/** Whether a policy allows a call of a method, by an independent IAM evaluator. */
export async function iamAllows(policy: PolicyDocument, methodArn: string): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: 'arn:aws:iam::123456789012:user/client',
        action: 'execute-api:Invoke',
        resource: { resource: methodArn, accountId: '123456789012' },
        contextVariables: {},
      },
      identityPolicies: [{ name: 'authorizer', policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType !== 'single') throw new Error(JSON.stringify(result));
  return result.overallResult === 'Allowed';
}
