import { Stack } from 'aws-cdk-lib';
import type { CfnRestApi } from 'aws-cdk-lib/aws-apigateway';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { serializeStageArns } from '../../lambda/contract/wiring/issuer.ts';
import type { ApiStage } from './api/stages.ts';

/** The longest ARN of a stage without its name, and a space. */
const LONGEST_STAGE_ARN = 'arn:aws-us-gov:execute-api:us-gov-west-1:111111111111:abcdefghij// '
  .length;

/** What the ARNs of stages take at most in a function's environment, in bytes. */
export const stageArnBytes = (stages: readonly ApiStage[]): number =>
  stages.reduce((sum, { name }) => sum + LONGEST_STAGE_ARN + name.length, 0);

/**
 * Tells a function the ARNs of an API's stages by a variable, and lets it have API Gateway forget the
 * authorizer's results there.
 */
export function letFlush(
  fn: LambdaFunction,
  variable: string,
  api: CfnRestApi,
  stages: readonly ApiStage[],
): void {
  const stack = Stack.of(fn);
  const arns = stages.map(({ name }) =>
    stack.formatArn({ service: 'execute-api', resource: api.ref, resourceName: `${name}/` }),
  );
  fn.addEnvironment(variable, serializeStageArns(arns));
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: ['apigateway:DELETE'],
      resources: stages.map(({ name }) =>
        stack.formatArn({
          service: 'apigateway',
          account: '',
          resource: `/restapis/${api.ref}/stages/${name}/cache/authorizers`,
        }),
      ),
    }),
  );
}
