import { expect, test } from '@jest/globals';
import { CfnCondition, CfnResource, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import type { ApiTokenAuthorizer } from '../../../../lib/authorizer/api-token-authorizer.ts';
import { addMethod, authorizerIn, synthesizeApp, viewIn } from '../../../support/whole-app.ts';

interface Fixture {
  readonly stack: Stack;
  readonly api: RestApi;
  readonly authorizer: ApiTokenAuthorizer;
}

/** An API whose `GET /a/b` takes requests from `GET /a/{x}`, and a condition on one of its parts. */
const conditional = (partOf: (fixture: Fixture) => IConstruct | undefined) =>
  expect(() =>
    synthesizeApp((app) => {
      const stack = new Stack(app, 'Test');
      const api = new RestApi(stack, 'Api');
      const authorizer = authorizerIn(stack);
      authorizer.protect(addMethod(api, 'GET', '/a/b'), 'a.read');
      authorizer.protect(addMethod(api, 'GET', '/a/{x}'), 'b.read');
      const part = partOf({ stack, api, authorizer });
      const resource = CfnResource.isCfnResource(part) ? part : part?.node.defaultChild;
      if (!CfnResource.isCfnResource(resource)) throw new TypeError('no CfnResource');
      resource.addOverride('Condition', 'Sometimes');
      new CfnCondition(stack, 'Sometimes', { expression: Fn.conditionEquals('a', 'b') });
    }),
  );

test.each<[string, string, (fixture: Fixture) => IConstruct | undefined]>([
  [
    'method',
    'Default/a/b/GET',
    ({ api }) => api.root.resourceForPath('/a/b').node.findChild('GET'),
  ],
  ['resource', 'Default/a/b', ({ api }) => api.root.resourceForPath('/a/b')],
  ['deployment', 'Deployment', ({ api }) => api.latestDeployment],
  ['stage', 'DeploymentStage.prod', ({ api }) => api.deploymentStage],
])('a %s of the API must have no condition', (_, path, partOf) => {
  conditional(partOf).toThrow(
    `Test/Api/${path} must have no condition: without it, requests would reach other methods than the policies were proven for, so decide at synth whether to declare it`,
  );
});

test('a condition set through cfnOptions is one, too', () => {
  conditional(({ stack, api }) => {
    const method = api.root.resourceForPath('/a/b').node.findChild('GET').node.defaultChild;
    if (!CfnResource.isCfnResource(method)) throw new TypeError('no CfnResource');
    const expression = Fn.conditionEquals('a', 'b');
    method.cfnOptions.condition = new CfnCondition(stack, 'Other', { expression });
    return new CfnResource(stack, 'Unrelated', { type: 'AWS::SNS::Topic' });
  }).toThrow('Test/Api/Default/a/b/GET must have no condition');
});

test('nor must a nested stack that holds a part of the API', () => {
  conditional(({ stack, api, authorizer }) => {
    const nested = new NestedStack(stack, 'Pets');
    authorizer.protect(addMethod(viewIn(nested, api), 'GET', '/pets'), 'a.read');
    return nested.nestedStackResource;
  }).toThrow('Test/Pets.NestedStack/Pets.NestedStackResource must have no condition');
});

test('what is not of the API may have one', () => {
  conditional(
    ({ stack }) => new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic' }),
  ).not.toThrow();
});
