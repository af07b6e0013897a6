import { describe, expect, test } from '@jest/globals';
import { awsProblem } from '../../cli/aws/aws-problem.ts';
import { TransientProblem } from '../../terminal/problem.ts';

const ACTION = 'secretsmanager:GetSecretValue';
const error = (name: string, message = '', rest: object = {}) =>
  Object.assign(new Error(message), { name, ...rest });

describe('an error of AWS', () => {
  test.each([
    [
      'no region',
      error('Error', 'Region is missing'),
      'No AWS region is set: name it with --region, or set AWS_REGION.',
    ],
    [
      'no permission',
      error('AccessDeniedException'),
      'You may not do secretsmanager:GetSecretValue: ask for a role',
    ],
    [
      'no permission for something else than what was called',
      error('AccessDenied', 'User: arn:x is not authorized to perform: sts:AssumeRole on resource'),
      'You may not do sts:AssumeRole: ask for a role',
    ],
    [
      'no permission for the key',
      error('AccessDeniedException', 'Access to KMS is not allowed'),
      'You may not do kms:Decrypt: ask for a role',
    ],
    [
      'no credentials',
      error('CredentialsProviderError', 'Could not load credentials from any providers'),
      'No AWS credentials were found: sign in as for the AWS CLI',
    ],
    ['expired credentials', error('ExpiredTokenException'), 'Your AWS credentials have expired'],
    [
      'an expired session',
      error(
        'CredentialsProviderError',
        'The SSO session associated with this profile has expired.',
      ),
      'Your AWS credentials have expired',
    ],
    [
      'wrong credentials',
      error('UnrecognizedClientException', 'The security token is invalid'),
      'AWS does not accept your credentials',
    ],
    [
      'anything else',
      error('InvalidRequestException', 'The secret was\u0020marked for deletion.'),
      'AWS refused secretsmanager:GetSecretValue: The secret was marked for deletion (InvalidRequestException).',
    ],
    ['nothing known', undefined, `AWS refused ${ACTION}:  (Error).`],
  ])('for %s is one sentence with the next step', (_, thrown, message) => {
    const problem = awsProblem(thrown, ACTION);
    expect(problem.message).toContain(message);
    expect(problem).not.toBeInstanceOf(TransientProblem);
    expect(problem.exitCode).toBe(1);
  });

  test.each([
    ['a timeout', error('TimeoutError'), 'No answer from AWS to'],
    ['no connection', error('Error', '', { code: 'ECONNREFUSED' }), '(ECONNREFUSED)'],
    ['a fault of AWS', error('X', '', { $metadata: { httpStatusCode: 503 } }), 'at the moment (X)'],
    ['too much', error('Y', '', { $metadata: { httpStatusCode: 429 } }), 'at the moment (Y)'],
    ['a function under change', error('ResourceConflictException'), 'at the moment'],
    ['throttling', error('ThrottlingException'), 'at the moment'],
  ])('for %s may pass', (_, thrown, message) => {
    const problem = awsProblem(thrown, ACTION);
    expect(problem).toBeInstanceOf(TransientProblem);
    expect(problem.message).toContain(message);
  });
});
