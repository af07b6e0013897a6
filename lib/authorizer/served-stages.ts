import { type CfnResource, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { issuerVariables, serializeStageArns } from '../../lambda/contract/wiring/issuer.ts';

/** A stage of an API, whoever declared it in whichever stack of the app. */
export interface ServedStage {
  readonly resource: CfnResource;
  readonly name: string;
  readonly api: CfnResource;
  readonly isHttpApi: boolean;
}

/** The longest ARN of a stage without its name, and a space. */
const LONGEST_STAGE_ARN = 'arn:aws-us-gov:execute-api:us-gov-west-1:111111111111:abcdefghij// '
  .length;

/** What the second variable takes in the environment beside the ARNs. */
const HTTP_VARIABLE = `"${issuerVariables.httpStageArns}":"",`.length;

/** What the ARNs of stages take at most in a function's environment, in bytes. */
export const stageArnBytes = (stages: readonly ServedStage[]): number =>
  stages.reduce(
    (sum, { name }) => sum + LONGEST_STAGE_ARN + name.length,
    stages.some(({ isHttpApi }) => isHttpApi) ? HTTP_VARIABLE : 0,
  );

/** The variables for the stages of each kind of APIs. */
interface StageVariables {
  readonly stageArns: string;
  readonly httpStageArns: string;
}

/**
 * Tells a function the ARNs of the APIs' stages, and lets it have API Gateway forget the authorizer's
 * results there.
 */
export function letFlush(
  fn: LambdaFunction,
  variables: StageVariables,
  stages: readonly ServedStage[],
): void {
  const stack = Stack.of(fn);
  const kinds = [
    { variable: variables.stageArns, its: stages.filter(({ isHttpApi }) => !isHttpApi) },
    { variable: variables.httpStageArns, its: stages.filter(({ isHttpApi }) => isHttpApi) },
  ];
  for (const { variable, its } of kinds.filter(({ its }) => its.length > 0)) {
    const arns = its.map(({ api, name }) =>
      stack.formatArn({ service: 'execute-api', resource: api.ref, resourceName: `${name}/` }),
    );
    fn.addEnvironment(variable, serializeStageArns(arns));
  }
  fn.addToRolePolicy(
    new PolicyStatement({
      actions: ['apigateway:DELETE'],
      resources: stages.map(({ api, name, isHttpApi }) =>
        stack.formatArn({
          service: 'apigateway',
          account: '',
          resource: `/${isHttpApi ? 'apis' : 'restapis'}/${api.ref}/stages/${name}/cache/authorizers`,
        }),
      ),
    }),
  );
}
