import { describe, expect, test } from '@jest/globals';
import { CfnOutput, CfnParameter, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  CfnAuthorizer,
  CfnMethod,
  type IAuthorizer,
  IdentitySource,
  MockIntegration,
  RequestAuthorizer,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { CfnAuthorizer as CfnHttpAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  Alias,
  Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { ApiTokenAuthorizer } from '../../../../lib/authorizer/api-token-authorizer.ts';
import { addMethod, authorizerIn, synthesizeApp } from '../../../support/whole-app.ts';

interface Fixture {
  readonly stack: Stack;
  readonly api: RestApi;
  readonly authorizer: ApiTokenAuthorizer;
  /** The API Gateway authorizer that protected methods name. */
  readonly resource: CfnAuthorizer;
}

const declared = (declare: (fixture: Fixture) => void) =>
  expect(() =>
    synthesizeApp((app) => {
      const stack = new Stack(app, 'Test');
      const api = new RestApi(stack, 'Api');
      const authorizer = authorizerIn(stack);
      authorizer.protect(addMethod(api, 'GET', '/a/{path+}'), 'a.read');
      const resource = authorizer.node.findAll().find((each) => each instanceof CfnAuthorizer);
      if (!resource) throw new TypeError('no CfnAuthorizer');
      declare({ stack, api, authorizer, resource });
    }),
  );

const behind = (api: RestApi, authorizer: IAuthorizer) =>
  api.root.resourceForPath('/a/secret').addMethod('GET', new MockIntegration(), { authorizer });

const over = (stack: Stack, handler: IFunction) =>
  new RequestAuthorizer(stack, 'Other', {
    handler,
    identitySources: [IdentitySource.header('X-API-Token')],
  });

describe('a method whose authorizer cannot be seen', () => {
  test.each<[string, (fixture: Fixture) => string]>([
    ['Fn.ref()', ({ stack, resource }) => Fn.ref(stack.getLogicalId(resource))],
    ['an id in letters', () => 'abc123'],
    [
      'an export',
      ({ stack, resource }) => {
        new CfnOutput(stack, 'Id', { value: resource.ref, exportName: 'authorizer' });
        return Fn.importValue('authorizer');
      },
    ],
    ['a parameter', ({ stack }) => new CfnParameter(stack, 'Id').valueAsString],
  ])('fails synth when it names it by %s', (_, idOf) => {
    declared((fixture) => {
      behind(fixture.api, {
        authorizerId: idOf(fixture),
        authorizationType: AuthorizationType.CUSTOM,
      });
    }).toThrow(
      'GET /a/secret names an authorizer that cannot be seen here, and may be this one: call protect() with a permission, or make its authorizer in this app (Test/Api/Default/a/secret/GET)',
    );
  });

  test('fails synth where its API cannot be seen either', () => {
    declared(
      ({ stack, api }) =>
        new CfnMethod(stack, 'Raw', {
          restApiId: Fn.ref(stack.getLogicalId(api.node.defaultChild as CfnAuthorizer)),
          resourceId: api.root.resourceId,
          httpMethod: 'PUT',
          authorizationType: 'CUSTOM',
          authorizerId: 'abc123',
          integration: { type: 'MOCK' },
        }),
    ).toThrow('PUT of an unknown path names an authorizer that cannot be seen here');
  });
});

describe('the function of an authorizer fails synth behind another one:', () => {
  const sentence =
    'authorizer Test/Other runs Test/Authorizer/Function, which only knows the methods that were protected: leave it out, and call protect()';

  test('of the same API', () => {
    declared(({ stack, api, authorizer }) => {
      behind(api, over(stack, authorizer.function));
    }).toThrow(sentence);
  });

  test('of another API, where it would open the same paths', () => {
    declared(({ stack, authorizer }) => {
      behind(new RestApi(stack, 'Second'), over(stack, authorizer.function));
    }).toThrow(sentence);
  });

  test('through an alias', () => {
    declared(({ stack, api, authorizer }) => {
      const version = authorizer.function.currentVersion as IVersion;
      const alias = new Alias(stack, 'Live', { aliasName: 'live', version });
      behind(api, over(stack, alias as IFunction));
    }).toThrow(sentence);
  });

  test.each<[string, (id: string) => string]>([
    ['Fn.getAtt()', (id) => Fn.getAtt(id, 'Arn').toString()],
    ['Fn.sub()', (id) => Fn.sub(`arn:aws:apigateway:path/\${${id}.Arn}/invocations`)],
  ])('by %s', (_, uriOf) => {
    declared(({ stack, api, authorizer }) => {
      const { defaultChild } = authorizer.function.node;
      new CfnAuthorizer(stack, 'Other', {
        name: 'other',
        type: 'REQUEST',
        restApiId: api.restApiId,
        authorizerUri: uriOf(stack.getLogicalId(defaultChild as CfnAuthorizer)),
      });
    }).toThrow(sentence);
  });

  test('through the parameter of a nested stack', () => {
    declared(({ stack, api, authorizer }) => {
      const nested = new NestedStack(stack, 'Nested', {
        parameters: { Uri: authorizer.function.functionArn },
      });
      new CfnAuthorizer(nested, 'Other', {
        name: 'other',
        type: 'REQUEST',
        restApiId: api.restApiId,
        authorizerUri: new CfnParameter(nested, 'Uri').valueAsString,
      });
    }).toThrow('authorizer Test/Nested/Other runs Test/Authorizer/Function');
  });

  test('of an HTTP API', () => {
    declared(
      ({ stack, authorizer }) =>
        new CfnHttpAuthorizer(stack, 'Other', {
          apiId: 'abc123',
          name: 'other',
          authorizerType: 'REQUEST',
          authorizerUri: authorizer.function.functionArn,
        }),
    ).toThrow(sentence);
  });
});

test('a method of another API that names the authorizer fails synth', () => {
  declared(({ stack, resource }) => {
    const authorizationType = AuthorizationType.CUSTOM;
    behind(new RestApi(stack, 'Second'), { authorizerId: resource.ref, authorizationType });
  }).toThrow(
    'names this authorizer, but does not say which permission it asks for: call protect() instead (Test/Second/Default/a/secret/GET)',
  );
});

test('another authorizer of the app may close a method of the API', () => {
  declared(({ stack, api }) => {
    const handler = new LambdaFunction(stack, 'Handler', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = 1'),
    });
    behind(api, over(stack, handler));
  }).not.toThrow();
});
