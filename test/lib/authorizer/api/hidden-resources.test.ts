import { expect, test } from '@jest/globals';
import { CfnElement, CfnParameter, CfnResource, CfnStack, NestedStack, Stack } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { addMethod, authorizerIn, synthesizeApp } from '../../../support/whole-app.ts';

interface Fixture {
  readonly stack: Stack;
  readonly api: RestApi;
}

const declared = (declare: (fixture: Fixture) => void) =>
  expect(() =>
    synthesizeApp((app) => {
      const stack = new Stack(app, 'Test');
      const api = new RestApi(stack, 'Api');
      authorizerIn(stack).protect(addMethod(api, 'GET', '/a'), 'a.read');
      declare({ stack, api });
    }),
  );

const template = {
  Resources: { Hidden: { Type: 'AWS::ApiGateway::Method', Properties: { HttpMethod: 'GET' } } },
};

class Raw extends CfnElement {
  override _toCloudFormation() {
    return template;
  }
}

const sentence =
  'Test/Hidden becomes AWS::ApiGateway::Method, which its construct does not say: declare it with the construct of that type, or include its template with CfnInclude of aws-cdk-lib/cloudformation-include';

test.each<[string, (fixture: Fixture) => void]>([
  ['by a part of a template that is no resource', ({ stack }) => new Raw(stack, 'Hidden')],
  [
    'by an override of the type',
    ({ stack }) =>
      new CfnResource(stack, 'Hidden', { type: 'AWS::SNS::Topic' }).addOverride(
        'Type',
        'AWS::ApiGateway::Method',
      ),
  ],
])('a method fails synth that is made %s', (_, declare) => {
  declared(declare).toThrow(sentence);
});

test('a method fails synth that becomes something else', () => {
  declared(({ api }) => {
    const { defaultChild } = addMethod(api, 'PUT', '/a').node;
    (defaultChild as CfnResource).addOverride('Type', 'AWS::SNS::Topic');
  }).toThrow('Test/Api/Default/a/PUT becomes AWS::SNS::Topic, which its construct does not say');
});

const templateUrl = 'https://s3.amazonaws.com/bucket/template.json';

test('a stack by URL that is given the API fails synth', () => {
  declared(
    ({ stack, api }) =>
      new CfnStack(stack, 'Other', { templateUrl, parameters: { ApiId: api.restApiId } }),
  ).toThrow(
    'Test/Other is given Test/Api, and its template cannot be seen here: declare its resources in a NestedStack',
  );
});

test('so does one that is given it through a nested stack', () => {
  declared(({ stack, api }) => {
    const nested = new NestedStack(stack, 'Nested', { parameters: { Id: api.restApiId } });
    const parameters = { ApiId: new CfnParameter(nested, 'Id').valueAsString };
    new CfnStack(nested, 'Other', { templateUrl, parameters });
  }).toThrow('Test/Nested/Other is given Test/Api');
});

test('not one that is given something else', () => {
  declared(({ stack }) => new CfnStack(stack, 'Other', { templateUrl })).not.toThrow();
});
