import { expect, test } from '@jest/globals';
import { CfnResource, Duration, Stack, Tags } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { addMethod, authorizerIn, synthesizeApp } from '../../support/whole-app.ts';

/** An API behind an authorizer, of whose resources `change` changes those of a type. */
const changed = (type: string, change: (resource: CfnResource) => void) =>
  expect(() =>
    synthesizeApp((app) => {
      const stack = new Stack(app, 'Test');
      const api = new RestApi(stack, 'Api');
      const authorizer = authorizerIn(stack);
      authorizer.protect(addMethod(api, 'GET', '/a'), 'a.read');
      Tags.of(app).add('team', 'a');
      const resources = authorizer.node
        .findAll()
        .filter((node) => CfnResource.isCfnResource(node))
        .filter(({ cfnResourceType }) => cfnResourceType === type);
      expect(resources).not.toHaveLength(0);
      for (const resource of resources) change(resource);
    }),
  );

test.each<[string, string, unknown]>([
  ['Authorizer', 'IdentitySource', 'method.request.header.X-Tenant'],
  ['Authorizer', 'AuthorizerResultTtlInSeconds', Duration.hours(1).toSeconds()],
  ['Authorizer', 'AuthorizerUri', 'arn:aws:apigateway:other'],
  ['Authorizer', 'Type', 'TOKEN'],
  ['UsagePlan', 'Throttle', undefined],
  ['UsagePlan', 'Quota', { Limit: 1, Period: 'DAY' }],
  ['UsagePlan', 'ApiStages', undefined],
  ['UsagePlan', 'ApiStages.0.Throttle', { '/a/GET': { RateLimit: 1_000 } }],
  ['ApiKey', 'Enabled', false],
  ['ApiKey', 'Value', 'another-value-of-a-key'],
  ['UsagePlanKey', 'KeyId', 'another'],
])('a changed %s of its own fails synth: %s', (type, property, value) => {
  changed(`AWS::ApiGateway::${type}`, (resource) =>
    resource.addPropertyOverride(property, value),
  ).toThrow(
    new RegExp(
      `${property.split('.')[0]} of Test/Authorizer/\\S+ was changed: leave it to the authorizer's own properties`,
    ),
  );
});

test('a condition on one fails synth', () => {
  changed('AWS::ApiGateway::UsagePlanKey', (resource) =>
    resource.addOverride('Condition', 'Sometimes'),
  ).toThrow('Condition of Test/Authorizer/');
});

test('one that is removed fails synth', () => {
  changed('AWS::ApiGateway::UsagePlanKey', ({ node: { scope, id } }) =>
    scope?.node.tryRemoveChild(id),
  ).toThrow(/Test\/Authorizer\/\S+ was removed: leave it to the authorizer/);
});

test('a name may be changed, and tags be added', () => {
  changed('AWS::ApiGateway::ApiKey', (resource) =>
    resource.addPropertyOverride('Name', 'bravo'),
  ).not.toThrow();
});
