import { describe, expect, test } from '@jest/globals';
import {
  Aspects,
  CfnCondition,
  CfnElement,
  CfnParameter,
  CfnResource,
  Fn,
  Stack,
} from 'aws-cdk-lib';
import {
  CfnApi,
  CfnAuthorizer,
  CfnDeployment,
  CfnRoute,
  CfnStage,
  HttpApi,
  HttpAuthorizer,
  HttpAuthorizerType,
  HttpStage,
  WebSocketApi,
  WebSocketStage,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ApiTokenAuthorizer } from '../../../../lib/authorizer/api-token-authorizer.ts';
import {
  addRoute,
  type HttpFixture,
  httpClients,
  synthesizeHttp,
} from '../../../support/http-api.ts';

const resourceOf = (construct: { readonly node: HttpApi['node'] }): CfnResource => {
  const { defaultChild } = construct.node;
  if (CfnResource.isCfnResource(defaultChild)) return defaultChild;
  throw new TypeError('no resource');
};

const override =
  (of: (fixture: HttpFixture) => Parameters<typeof resourceOf>[0], path: string, value: unknown) =>
  (fixture: HttpFixture) =>
    resourceOf(of(fixture)).addPropertyOverride(path, value);

const ofRoute = ({ route }: HttpFixture) => route;
const ofApi = ({ api }: HttpFixture) => api;
const ofStage = ({ api }: HttpFixture) => api.defaultStage as HttpStage;
const ofAuthorizer = ({ authorizer }: HttpFixture) =>
  authorizer.node.findChild('Authorizer') as unknown as HttpApi;

const rawRoute = ({ stack, api }: HttpFixture, change: object = {}) =>
  new CfnRoute(stack, 'Raw', { apiId: api.apiId, routeKey: 'PUT /jobs', ...change });

describe('synth refuses', () => {
  test.each<[string, (fixture: HttpFixture) => unknown, string]>([
    [
      'a route that nobody protected or opened',
      ({ api }) => addRoute(api, 'DELETE /jobs'),
      'DELETE /jobs is open to everyone: call protectHttp() with a permission, or openHttp() if that is meant',
    ],
    [
      'an OPTIONS route, for API Gateway answers preflights itself',
      ({ api }) => addRoute(api, 'OPTIONS /jobs'),
      'OPTIONS /jobs is open to everyone',
    ],
    [
      'a $default route that nobody opened',
      ({ api }) => addRoute(api, '$default'),
      '$default is open to everyone',
    ],
    [
      'an open route without a construct of its own',
      (fixture) => rawRoute(fixture),
      'PUT /jobs is open to everyone: make it with httpApi.addRoutes(), and call protectHttp()',
    ],
    [
      'an open route of an imported API, which may be this one',
      (fixture) => rawRoute(fixture, { apiId: 'abcdefghij' }),
      'PUT /jobs is open to everyone, and may belong to Test/Api: give it the apiId of the HttpApi itself',
    ],
    [
      'an open route that another stack adds through a view',
      ({ stack, api }) => {
        const other = new Stack(stack.node.scope, 'Other');
        const view = HttpApi.fromHttpApiAttributes(other, 'View', { httpApiId: api.apiId });
        addRoute(view, 'DELETE /jobs', other);
      },
      'DELETE /jobs is open to everyone: call protectHttp()',
    ],
    [
      'a route that names the authorizer without a permission',
      (fixture) =>
        rawRoute(fixture, {
          authorizationType: 'CUSTOM',
          authorizerId: (resourceOf(fixture.route) as CfnRoute).authorizerId,
        }),
      'PUT /jobs names this authorizer, but does not say which permission it asks for: call protectHttp() instead',
    ],
    [
      'a route that names an authorizer which nobody here made',
      (fixture) => rawRoute(fixture, { authorizationType: 'CUSTOM', authorizerId: 'abcdef' }),
      'PUT /jobs names an authorizer that cannot be seen here, and may be this one',
    ],
    [
      'a key that is known at deployment only',
      (fixture) =>
        rawRoute(fixture, { routeKey: new CfnParameter(fixture.stack, 'Key').valueAsString }),
      'routeKey of Test/Raw must be $default or a text such as GET /jobs/{id}, and known at synth',
    ],
    [
      'a key with a wildcard, which would be one in a policy',
      (fixture) => rawRoute(fixture, { routeKey: 'GET /jobs/*' }),
      'routeKey of Test/Raw must be $default or a text such as GET /jobs/{id}',
    ],
    [
      'a protected route whose authorization is overridden',
      override(ofRoute, 'AuthorizationType', 'NONE'),
      'GET /jobs is protected, but its AuthorizationType was changed',
    ],
    [
      'a protected route whose authorizer is overridden',
      override(ofRoute, 'AuthorizerId', 'abcdef'),
      'its AuthorizerId was changed',
    ],
    [
      'a protected route whose key is overridden',
      override(ofRoute, 'RouteKey', 'GET /all'),
      'its RouteKey was changed',
    ],
    [
      'a protected route of another API in the end',
      override(ofRoute, 'ApiId', 'abcdefghij'),
      'its ApiId was changed',
    ],
    [
      'a protected route with scopes',
      override(ofRoute, 'AuthorizationScopes', ['jobs']),
      'its AuthorizationScopes was changed',
    ],
    [
      'a protected route that was removed',
      ({ route }) => route.node.scope?.node.tryRemoveChild(route.node.id),
      'was protected, and removed from the app then',
    ],
    [
      'a route on a condition',
      ({ stack, route }) => {
        const expression = Fn.conditionEquals('a', 'b');
        resourceOf(route).cfnOptions.condition = new CfnCondition(stack, 'If', { expression });
      },
      'must have no condition',
    ],
    [
      'a stage on a condition',
      ({ stack, api }) => {
        const expression = Fn.conditionEquals('a', 'b');
        const condition = new CfnCondition(stack, 'If', { expression });
        resourceOf(api.defaultStage as HttpStage).cfnOptions.condition = condition;
      },
      'must have no condition',
    ],
    [
      'an authorizer whose identity source is overridden',
      override(ofAuthorizer, 'IdentitySource', ['$request.header.Other']),
      'IdentitySource of Test/Authorizer/Authorizer was changed',
    ],
    [
      'an authorizer with simple answers, one of which would open all routes of a token',
      override(ofAuthorizer, 'EnableSimpleResponses', true),
      'EnableSimpleResponses of Test/Authorizer/Authorizer was changed',
    ],
    [
      'another authorizer that runs the function',
      ({ stack, api, authorizer }) =>
        new HttpAuthorizer(stack, 'Second', {
          httpApi: api,
          identitySource: ['$request.header.X'],
          type: HttpAuthorizerType.LAMBDA,
          authorizerUri: authorizer.function.functionArn,
        }),
      'authorizer Test/Second runs Test/Authorizer/Function, which only knows the methods that were protected',
    ],
    ...['Body', 'BodyS3Location', 'Target', 'RouteKey'].map(
      (property): [string, (fixture: HttpFixture) => unknown, string] => [
        `an API with a ${property}`,
        override(ofApi, property, 'GET /'),
        `Test/Api has a ${property}, from which API Gateway makes routes that cannot be seen here`,
      ],
    ),
    [
      'an API that becomes one of WebSockets',
      override(ofApi, 'ProtocolType', 'WEBSOCKET'),
      'protocolType of Test/Api must be HTTP',
    ],
    [
      'a stage that deploys by hand',
      override(ofStage, 'AutoDeploy', false),
      'autoDeploy of stage Test/Api/DefaultStage must be true',
    ],
    [
      'a stage whose name is known at deployment only',
      ({ stack, api }) =>
        new CfnStage(stack, 'Stage', {
          apiId: api.apiId,
          stageName: new CfnParameter(stack, 'Name').valueAsString,
          autoDeploy: true,
        }),
      'stageName of stage Test/Stage must be a text that is known at synth',
    ],
    [
      'a stage that may be of this API',
      ({ stack }) =>
        new CfnStage(stack, 'Stage', { apiId: 'abcdefghij', stageName: 'x', autoDeploy: true }),
      'stage Test/Stage may belong to Test/Api: give it the apiId of the HttpApi itself',
    ],
    [
      'a stage that an aspect adds',
      ({ stack, api }) =>
        Aspects.of(stack).add({
          visit(node) {
            if (node !== stack || stack.node.tryFindChild('Late')) return;
            new HttpStage(stack, 'Late', { httpApi: api, stageName: 'late', autoDeploy: true });
          },
        }),
      'stage Test/Late came too late to have its results flushed',
    ],
    [
      'a deployment, which would keep routes as they were',
      ({ stack, api }) => new CfnDeployment(stack, 'Snapshot', { apiId: api.apiId }),
      'deployment Test/Snapshot does not change with the routes of Test/Api: leave it out',
    ],
    [
      'a resource that becomes a route by its override',
      ({ stack }) =>
        new CfnResource(stack, 'Hidden', { type: 'Custom::Thing' }).addOverride(
          'Type',
          'AWS::ApiGatewayV2::Route',
        ),
      'Test/Hidden becomes AWS::ApiGatewayV2::Route, which its construct does not say',
    ],
    [
      'an element of its own that is a route',
      ({ stack }) => {
        class Fragment extends CfnElement {
          _toCloudFormation() {
            return { Resources: { Hidden: { Type: 'AWS::ApiGatewayV2::Route', Properties: {} } } };
          }
        }
        new Fragment(stack, 'Fragment');
      },
      'Test/Fragment becomes AWS::ApiGatewayV2::Route',
    ],
  ])('%s', (_, declare, message) => {
    expect(() => synthesizeHttp(declare)).toThrow(message);
  });

  test('an API without a stage', () => {
    const declare = () => synthesizeHttp(undefined, {}, { createDefaultStage: false });
    expect(declare).toThrow('Test/Api must have a stage in this app');
  });

  test('a $default route that a default integration makes', () => {
    const defaultIntegration = new HttpUrlIntegration('All', 'https://example.com');
    expect(() => synthesizeHttp(undefined, {}, { defaultIntegration })).toThrow(
      '$default is open to everyone',
    );
  });

  test('a policy that opens more than the permissions say', () => {
    const clients = [{ ...httpClients[0], permissions: ['job.read' as const] }];
    const declare = ({ api, authorizer }: HttpFixture) => {
      authorizer.protectHttp(addRoute(api, 'GET /jobs/{id}'), 'job.read');
      authorizer.protectHttp(addRoute(api, 'ANY /jobs/latest'), 'job.latest');
    };
    expect(() => synthesizeHttp(declare, { clients })).toThrow(
      'client bravo has no permission for ANY /jobs/latest, but its policy would open it: GET/jobs/?* also matches GET /jobs/latest',
    );
  });
});

describe('protectHttp refuses', () => {
  test.each<[string, (fixture: HttpFixture) => unknown, string]>([
    [
      'a malformed permission',
      ({ api, authorizer }) => authorizer.protectHttp(addRoute(api, 'GET /a'), 'job.*'),
      'permission of GET /a must look like job.create, got: "job.*"',
    ],
    [
      '$default',
      ({ api, authorizer }) => authorizer.protectHttp(addRoute(api, '$default'), 'job.read'),
      '$default of Test/Api cannot be protected, because no documentation says which path a policy has to name for it: protect ANY / and ANY /{proxy+}',
    ],
    [
      'a route that was opened',
      ({ api, authorizer }) => {
        const route = authorizer.openHttp(addRoute(api, 'GET /a'));
        authorizer.protectHttp(route, 'job.read');
      },
      'is open and protected with job.read by Test/Authorizer: call protectHttp() or openHttp() once for each route',
    ],
    [
      'a route of an API that is not of this app',
      ({ stack, authorizer }) => {
        const view = HttpApi.fromHttpApiAttributes(stack, 'View', { httpApiId: 'abcdefghij' });
        authorizer.protectHttp(addRoute(view, 'GET /a', stack), 'job.read');
      },
      'must be an HttpApi of this app: give an imported view the httpApiId of the HttpApi itself',
    ],
    [
      'what is no route',
      ({ api, authorizer }) => authorizer.protectHttp(api as never, 'job.read'),
      'Test/Api must be an HttpRoute, one of those that httpApi.addRoutes() returns',
    ],
    [
      'nothing',
      ({ authorizer }) => authorizer.protectHttp(undefined as never, 'job.read'),
      'route must be an HttpRoute, one of those that httpApi.addRoutes() returns, got: undefined',
    ],
    [
      'an API in another stack beside this one',
      ({ stack, authorizer }) => {
        const other = new HttpApi(new Stack(stack.node.scope, 'Elsewhere'), 'Api');
        authorizer.protectHttp(addRoute(other, 'GET /a'), 'job.read');
      },
      'put Elsewhere/Api into its stack, Test, or give it an authorizer of its own',
    ],
  ])('%s', (_, declare, message) => {
    expect(() => synthesizeHttp(declare)).toThrow(message);
  });
});

describe('synth takes', () => {
  test.each<[string, (fixture: HttpFixture) => unknown]>([
    [
      'routes that IAM or a JWT closes',
      ({ api }) => {
        const integration = new HttpUrlIntegration('B', 'https://example.com');
        const jwt = new HttpJwtAuthorizer('Jwt', 'https://example.com', { jwtAudience: ['me'] });
        api.addRoutes({ path: '/iam', integration, authorizer: new HttpIamAuthorizer() });
        api.addRoutes({ path: '/jwt', integration, authorizer: jwt });
      },
    ],
    [
      'a route with another authorizer of the app',
      (fixture) => {
        const other = new CfnAuthorizer(fixture.stack, 'Other', {
          apiId: fixture.api.apiId,
          name: 'other',
          authorizerType: 'REQUEST',
          authorizerUri: 'arn:aws:lambda:eu-central-1:111111111111:function:other',
        });
        rawRoute(fixture, { authorizationType: 'CUSTOM', authorizerId: other.ref });
      },
    ],
    [
      'an HTTP API of the app that it does not protect',
      ({ stack }) => addRoute(new HttpApi(stack, 'Open'), 'GET /a', new Stack(stack, 'Nested')),
    ],
    [
      'a WebSocket API, imported or not',
      ({ stack }) => {
        const webSocketApi = new WebSocketApi(stack, 'Socket');
        new WebSocketStage(stack, 'SocketStage', {
          webSocketApi,
          stageName: 'x',
          autoDeploy: true,
        });
        new CfnRoute(stack, 'Connect', { apiId: 'abcdefghij', routeKey: '$connect' });
      },
    ],
    [
      'a route that is protected twice alike',
      ({ authorizer, route }) => authorizer.protectHttp(route, 'job.read'),
    ],
    [
      'a route through an imported view of the API',
      ({ stack, api, authorizer }) => {
        const view = HttpApi.fromHttpApiAttributes(stack, 'View', { httpApiId: api.apiId });
        authorizer.protectHttp(addRoute(view, 'GET /a', stack), 'job.read');
      },
    ],
    [
      'an API and a stage as resources',
      ({ stack, authorizer }) => {
        const api = new CfnApi(stack, 'RawApi', { name: 'raw', protocolType: 'HTTP' });
        new CfnStage(stack, 'RawStage', { apiId: api.ref, stageName: 'x', autoDeploy: true });
        const view = HttpApi.fromHttpApiAttributes(stack, 'View', { httpApiId: api.ref });
        authorizer.protectHttp(addRoute(view, 'GET /a', stack), 'job.read');
      },
    ],
  ])('%s', (_, declare) => {
    expect(() => synthesizeHttp(declare)).not.toThrow();
  });

  test('two authorizers, each with an HTTP API of its own', () => {
    const declare = ({ stack }: HttpFixture) => {
      const clients = httpClients.map((client) => ({ ...client, name: `other-${client.name}` }));
      const other = new ApiTokenAuthorizer(stack, 'Other', { clients });
      other.protectHttp(addRoute(new HttpApi(stack, 'OtherApi'), 'GET /a'), 'job.read');
    };
    expect(synthesizeHttp(declare).ofType('AWS::ApiGatewayV2::Authorizer')).toHaveLength(2);
  });
});
