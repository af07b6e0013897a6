import { expect, test } from '@jest/globals';
import { stageArnPrefix } from '../../../lambda/authorizer/policy.ts';
import { STAGE_ARN } from '../../support/authorizer-event.ts';

test('all method ARNs of a stage begin alike', () => {
  for (const method of ['', 'GET/', 'POST/jobs', 'GET/jobs/a/b']) {
    expect(stageArnPrefix(STAGE_ARN + method)).toBe(STAGE_ARN);
  }
});

test.each(['', 'POST/jobs', 'arn:aws:execute-api:r:1:api'])(
  'of %j, which is no method ARN, the error says so and does not quote it',
  (methodArn) => {
    expect(() => stageArnPrefix(methodArn)).toThrow(
      new TypeError('methodArn is not the ARN of a method'),
    );
  },
);
