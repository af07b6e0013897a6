import { describe, expect, test } from '@jest/globals';
import { App, Aspects, CfnParameter, CfnResource, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import {
  ApiDefinition,
  AuthorizationType,
  CfnAuthorizer,
  CfnMethod,
  CognitoUserPoolsAuthorizer,
  HttpIntegration,
  type IAuthorizer,
  type Method,
  MockIntegration,
  RestApi,
  SpecRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import type { RestMethod } from '../../../../lambda/contract/policy-proof/rest-method.ts';
import { methodResource } from '../../../../lib/authorizer/api/method-declarations.ts';
import { apiMethods } from '../../../../lib/authorizer/api/methods.ts';
import type { ApiTokenAuthorizer } from '../../../../lib/authorizer/api-token-authorizer.ts';
import { addMethod, authorizerIn, synthesizeApp, viewIn } from '../../../support/whole-app.ts';

interface Fixture {
  readonly app: App;
  readonly stack: Stack;
  readonly api: RestApi;
  readonly authorizer: ApiTokenAuthorizer;
  /** A protected method. */
  readonly method: Method;
}

/** An API with one protected method, and more that `declare` adds. */
function synthesize(declare: (fixture: Fixture) => void) {
  let stack: Stack | undefined;
  const synthesized = synthesizeApp((app) => {
    stack = new Stack(app, 'Test');
    const api = new RestApi(stack, 'Api');
    const authorizer = authorizerIn(stack);
    const method = authorizer.protect(addMethod(api, 'GET', '/jobs'), 'job.read');
    declare({ app, stack, api, authorizer, method });
  });
  return {
    routes: () => synthesized.registry().clients[0]?.routes[0],
    method: (httpMethod: string, inStack = stack as Stack) =>
      synthesized
        .template(inStack)
        .ofType('AWS::ApiGateway::Method')
        .find(([, { Properties }]) => Properties.HttpMethod === httpMethod)?.[1].Properties,
  };
}

const refused = (declare: (fixture: Fixture) => void) => expect(() => synthesize(declare));

/** A method without a construct of its own, as `CfnMethod` takes it. */
const rawMethod = (api: RestApi, change: object = {}) => ({
  restApiId: api.restApiId,
  resourceId: api.root.resourceId,
  httpMethod: 'PUT',
  authorizationType: 'NONE',
  integration: { type: 'MOCK' },
  ...change,
});

describe('a method that was made through a view of the API in a nested stack', () => {
  test('fails synth when nobody protected it', () => {
    refused(({ stack, api }) => {
      addMethod(viewIn(new NestedStack(stack, 'Pets'), api), 'DELETE', '/pets/{id}');
    }).toThrow(
      'DELETE /pets/{id} is open to everyone: call protect() with a permission, or open() if that is meant (Test/Pets/View/Default/pets/{id}/DELETE)',
    );
  });

  test('can be protected', () => {
    let pets: Stack | undefined;
    const { method, routes } = synthesize(({ stack, api, authorizer }) => {
      pets = new NestedStack(stack, 'Pets');
      authorizer.protect(addMethod(viewIn(pets, api), 'DELETE', '/pets/{id}'), 'pet.delete');
    });
    expect(method('DELETE', pets)).toMatchObject({
      AuthorizationType: 'CUSTOM',
      ApiKeyRequired: true,
      AuthorizerId: { Ref: expect.stringContaining('Authorizer') },
    });
    expect(routes()).toContain('DELETE/pets/?*');
  });

  test('can be the first one that is protected', () => {
    const { registry } = synthesizeApp((app) => {
      const stack = new Stack(app, 'Test');
      const api = new RestApi(stack, 'Api');
      const authorizer = authorizerIn(stack);
      authorizer.open(addMethod(api, 'GET', '/health'));
      const view = viewIn(new NestedStack(stack, 'Pets'), api);
      authorizer.protect(addMethod(view, 'GET', '/pets'), 'pet.read');
    });
    expect(registry().clients[0]?.routes).toEqual([['GET/pets']]);
  });

  test('can be protected when the ids came through parameters of the nested stack', () => {
    const { routes } = synthesize(({ stack, api, authorizer }) => {
      const pets = new NestedStack(stack, 'Pets', {
        parameters: { ApiId: api.restApiId, RootId: api.root.resourceId },
      });
      const view = RestApi.fromRestApiAttributes(pets, 'View', {
        restApiId: new CfnParameter(pets, 'ApiId').valueAsString,
        rootResourceId: new CfnParameter(pets, 'RootId').valueAsString,
      });
      authorizer.protect(addMethod(view, 'DELETE', '/pets'), 'pet.delete');
    });
    expect(routes()).toContain('DELETE/pets');
  });

  test('has the path that API Gateway has, also where the root of the view is another resource', () => {
    const { routes } = synthesize(({ stack, api, authorizer }) => {
      const sub = api.root.resourceForPath('/shop/pets');
      const view = viewIn(new NestedStack(stack, 'Pets'), api, sub.resourceId);
      authorizer.protect(addMethod(view, 'DELETE', '/{id}'), 'pet.delete');
    });
    expect(routes()).toContain('DELETE/shop/pets/?*');
  });

  const pathUnknown = ({ stack, api }: Fixture) =>
    addMethod(viewIn(new NestedStack(stack, 'Pets'), api, 'abc123'), 'DELETE', '/pets');

  test('cannot be protected when its path cannot be told', () => {
    refused((fixture) => fixture.authorizer.protect(pathUnknown(fixture), 'pet.delete')).toThrow(
      'the path of Test/Pets/View/Default/pets/DELETE cannot be told: give fromRestApiAttributes() a rootResourceId',
    );
  });

  test('cannot even be open then, because it may serve what another method should', () => {
    refused((fixture) => fixture.authorizer.open(pathUnknown(fixture))).toThrow(
      'the path of DELETE of an unknown path cannot be told',
    );
  });
});

describe('a method that no resource.addMethod() made fails synth:', () => {
  test('a CfnMethod', () => {
    refused(({ stack, api }) => new CfnMethod(stack, 'Raw', rawMethod(api))).toThrow(
      'PUT / is open to everyone: make it with resource.addMethod(), and call protect() with a permission, or open() if that is meant (Test/Raw)',
    );
  });

  test('a CfnResource of that type', () => {
    refused(
      ({ stack, api }) =>
        new CfnResource(stack, 'Raw', {
          type: 'AWS::ApiGateway::Method',
          properties: {
            RestApiId: api.restApiId,
            ResourceId: api.root.resourceId,
            HttpMethod: 'PUT',
          },
        }),
    ).toThrow('PUT / is open to everyone: make it with resource.addMethod()');
  });

  test.each(['Fn.ref', 'a literal'])('one whose API is named by %s', (how) => {
    refused(({ stack, api }) => {
      const restApiId = how === 'Fn.ref' ? Fn.ref('ApiF70053CD') : 'a1b2c3';
      new CfnMethod(stack, 'Raw', rawMethod(api, { restApiId }));
    }).toThrow(
      'PUT of an unknown path is open to everyone, and may belong to Test/Api: give it the restApiId of the RestApi itself, or make it with resource.addMethod(), and call open() if it belongs to another one',
    );
  });

  test('not one with another authorization', () => {
    const raw = { authorizationType: 'AWS_IAM' };
    const { method } = synthesize(
      ({ stack, api }) => new CfnMethod(stack, 'Raw', rawMethod(api, raw)),
    );
    expect(method('PUT')).toMatchObject({ AuthorizationType: 'AWS_IAM' });
  });

  test.each<[string, (fixture: Fixture) => void]>([
    [
      'Body',
      ({ stack }) => {
        const apiDefinition = ApiDefinition.fromInline({ openapi: '3.0.1', paths: {} });
        const spec = new SpecRestApi(stack, 'Spec', { apiDefinition });
        authorizerIn(stack, 'Second', 'charlie').protect(addMethod(spec, 'GET', '/'), 'job.read');
      },
    ],
    [
      'BodyS3Location',
      ({ api }) => resourceOf(api).addPropertyOverride('BodyS3Location', { Bucket: 'b' }),
    ],
    [
      'CloneFrom',
      ({ stack }) => {
        const cloneFrom = RestApi.fromRestApiId(stack, 'Old', 'a1b2c3');
        const copy = new RestApi(stack, 'Copy', { cloneFrom });
        authorizerIn(stack, 'Second', 'charlie').protect(addMethod(copy, 'GET', '/'), 'job.read');
      },
    ],
  ])('those of a %s', (source, declare) => {
    refused(declare).toThrow(
      new RegExp(
        `Test/\\w+ has a ${source}, from which API Gateway makes methods that cannot be seen here: declare them with addMethod`,
      ),
    );
  });
});

test.each(['*', 'se?ret', 'a/b', ''])('no policy gets a path part %j as it is', (pathPart) => {
  refused(({ api, authorizer }) => {
    const method = addMethod(api, 'GET', '/odd');
    const resource = method.resource.node.defaultChild as CfnResource;
    resource.addPropertyOverride('PathPart', pathPart);
    authorizer.protect(method, 'odd.read');
  }).toThrow('the path of Test/Api/Default/odd/GET cannot be told');
});

describe('a method whose API cannot be told', () => {
  const imported = ({ stack }: Fixture, restApiId: string, options = {}) =>
    RestApi.fromRestApiAttributes(stack, 'Imported', { restApiId, rootResourceId: 'root' })
      .root.addResource('pets')
      .addMethod('DELETE', new MockIntegration(), options);
  const ids: [string, (stack: Stack) => string][] = [
    ['Fn.importValue', () => Fn.importValue('ApiId')],
    ['a parameter', (stack) => new CfnParameter(stack, 'ApiId').valueAsString],
    ['a literal', () => 'a1b2c3'],
  ];

  test.each(ids)('fails synth when it is open: %s', (_, id) => {
    refused((fixture) => imported(fixture, id(fixture.stack))).toThrow(
      'DELETE of an unknown path is open to everyone, and may belong to Test/Api',
    );
  });

  test.each(ids)('cannot be protected: %s', (_, id) => {
    refused((fixture) =>
      fixture.authorizer.protect(imported(fixture, id(fixture.stack)), 'pet.delete'),
    ).toThrow(
      'the API of Test/Imported/Default/pets/DELETE must be a RestApi of this app: give an imported view the restApiId of the RestApi itself',
    );
  });

  test('may be open when that is said, or closed in another way', () => {
    expect(
      synthesize((fixture) => fixture.authorizer.open(imported(fixture, 'a1b2c3'))).method(
        'DELETE',
      ),
    ).toMatchObject({ AuthorizationType: 'NONE' });
    expect(
      synthesize((fixture) =>
        imported(fixture, 'a1b2c3', { authorizationType: AuthorizationType.IAM }),
      ).method('DELETE'),
    ).toMatchObject({ AuthorizationType: 'AWS_IAM' });
  });
});

test('a method of another API of the app is no business of the authorizer', () => {
  const { method } = synthesize(({ app }) => {
    addMethod(new RestApi(new Stack(app, 'Elsewhere'), 'Other'), 'DELETE', '/');
  });
  expect(method('GET')).toMatchObject({ AuthorizationType: 'CUSTOM' });
});

test('the list of all methods of the API says what each of them asks for', () => {
  let found: readonly RestMethod[] = [];
  synthesize(({ stack, api, authorizer }) => {
    const pets = viewIn(new NestedStack(stack, 'Pets'), api);
    authorizer.protect(addMethod(pets, 'ANY', '/pets/{id+}'), 'pet.write');
    authorizer.open(addMethod(api, 'GET', '/health'));
    new CfnMethod(stack, 'Raw', rawMethod(api, { authorizationType: 'AWS_IAM' }));
    authorizerIn(stack, 'Second', 'charlie').protect(
      addMethod(api, 'GET', '/second'),
      'second.read',
    );
    const other = new RestApi(stack, 'Other');
    authorizer.open(addMethod(other, 'GET', '/'));
    const resource = stack.node
      .findAll()
      .find(
        (node) => node instanceof CfnAuthorizer && node.node.path.startsWith('Test/Authorizer'),
      );
    found = apiMethods({
      authorizer,
      authorizerResource: resource as CfnAuthorizer,
      api: resourceOf(api),
      isLimited: true,
    });
  });
  expect(
    found.map(({ httpMethod, resourcePath, permission }) => [httpMethod, resourcePath, permission]),
  ).toEqual([
    ['GET', '/jobs', 'job.read'],
    ['GET', '/health', undefined],
    ['GET', '/second', undefined],
    ['ANY', '/pets/{id+}', 'pet.write'],
    ['PUT', '/', undefined],
  ]);
});

describe('OPTIONS', () => {
  const url = 'https://example.com/';

  test('fails synth when more than a mock answers it', () => {
    refused(({ api }) => api.root.addMethod('OPTIONS', new HttpIntegration(url))).toThrow(
      'OPTIONS / is open to everyone: call protect()',
    );
  });

  test('can be protected or opened then', () => {
    const { method } = synthesize(({ api, authorizer }) => {
      const root = api.root.addMethod('OPTIONS', new HttpIntegration(url));
      authorizer.protect(root, 'job.options');
      authorizer.open(
        api.root.resourceForPath('/jobs').addMethod('OPTIONS', new HttpIntegration(url)),
      );
    });
    expect(method('OPTIONS')).toBeDefined();
  });
});

describe('a protected method that was changed in the template fails synth:', () => {
  test.each([
    ['AuthorizationType', 'AuthorizationType', 'NONE'],
    ['AuthorizationType', 'AuthorizationType', 'AWS_IAM'],
    ['AuthorizerId', 'AuthorizerId', 'abc123'],
    ['ApiKeyRequired', 'ApiKeyRequired', false],
    ['AuthorizationScopes', 'AuthorizationScopes', ['x']],
    ['HttpMethod', 'HttpMethod', 'ANY'],
    ['path', 'ResourceId', 'abc123'],
    ['RestApiId', 'RestApiId', 'a1b2c3'],
  ])('its %s (%s is %j)', (change, property, value) => {
    refused(({ method }) => methodResource(method).addPropertyOverride(property, value)).toThrow(
      new RegExp(
        ` is protected, but its ${change} was changed: leave that to protect\\(\\) \\(Test/Api/Default/jobs/GET\\)`,
      ),
    );
  });

  test('a property that was deleted', () => {
    refused(({ method }) =>
      methodResource(method).addPropertyDeletionOverride('AuthorizationType'),
    ).toThrow('its AuthorizationType was changed');
  });

  test('an authorization set on its L1 resource', () => {
    refused(({ method }) => {
      methodResource(method).authorizationType = 'NONE';
    }).toThrow('its AuthorizationType was changed');
  });
});

describe('what the API has by default for all its methods', () => {
  test('does not stay on a protected one', () => {
    const { template } = synthesizeAppWithCognito();
    const [[, protectedMethod] = []] = template;
    expect(protectedMethod?.Properties).toMatchObject({ AuthorizationType: 'CUSTOM' });
    expect(protectedMethod?.Properties).not.toHaveProperty('AuthorizationScopes');
  });

  test('closes one that is not', () => {
    const [, [, other] = []] = synthesizeAppWithCognito().template;
    expect(other?.Properties).toMatchObject({
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizationScopes: ['pets/read'],
    });
  });

  function synthesizeAppWithCognito() {
    let stack: Stack | undefined;
    const synthesized = synthesizeApp((app) => {
      stack = new Stack(app, 'Test');
      const cognito = new CognitoUserPoolsAuthorizer(stack, 'Cognito', {
        cognitoUserPools: [new UserPool(stack, 'Users')],
      });
      const api = new RestApi(stack, 'Api', {
        defaultMethodOptions: {
          authorizer: cognito,
          authorizationType: AuthorizationType.COGNITO,
          authorizationScopes: ['pets/read'],
        },
      });
      authorizerIn(stack).protect(addMethod(api, 'GET', '/jobs'), 'job.read');
      addMethod(api, 'GET', '/pets');
    });
    return { template: synthesized.template(stack as Stack).ofType('AWS::ApiGateway::Method') };
  }
});

describe('a method has one declaration:', () => {
  test('not two permissions', () => {
    refused(({ authorizer, method }) => authorizer.protect(method, 'job.write')).toThrow(
      'Test/Api/Default/jobs/GET is protected with job.read by Test/Authorizer and protected with job.write by Test/Authorizer: call protect() or open() once for each method',
    );
  });

  test('not protected and open', () => {
    refused(({ authorizer, method }) => authorizer.open(method)).toThrow(
      'is protected with job.read by Test/Authorizer and open: call protect() or open() once',
    );
    refused(({ api, authorizer }) => {
      authorizer.protect(authorizer.open(addMethod(api, 'PUT', '/jobs')), 'job.write');
    }).toThrow('is open and protected with job.write by Test/Authorizer');
  });

  test('not two authorizers', () => {
    refused(({ stack, method }) =>
      authorizerIn(stack, 'Second').protect(method, 'job.read'),
    ).toThrow(
      'is protected with job.read by Test/Authorizer and protected with job.read by Test/Second',
    );
  });

  test('but the same one twice', () => {
    const { routes } = synthesize(({ authorizer, method }) =>
      authorizer.protect(method, 'job.read'),
    );
    expect(routes()).toEqual(['GET/jobs']);
  });
});

test('two authorizers share the methods of one API', () => {
  let stack: Stack | undefined;
  const { template } = synthesizeApp((app) => {
    stack = new Stack(app, 'Test');
    const api = new RestApi(stack, 'Api');
    authorizerIn(stack, 'First').protect(addMethod(api, 'GET', '/jobs'), 'job.read');
    authorizerIn(stack, 'Second', 'charlie').protect(addMethod(api, 'GET', '/pets'), 'pet.read');
  });
  const methods = template(stack as Stack).ofType('AWS::ApiGateway::Method');
  expect(methods.map(([, { Properties }]) => Properties.AuthorizerId)).toEqual([
    { Ref: expect.stringMatching(/^First/) },
    { Ref: expect.stringMatching(/^Second/) },
  ]);
});

describe('an authorizer that is used in another way than with protect() is refused:', () => {
  test('passed as the authorizer of a method', () => {
    refused(({ api, authorizer }) =>
      api.root.addMethod('PUT', new MockIntegration(), {
        authorizer: authorizer as unknown as IAuthorizer,
      }),
    ).toThrow(
      'Test/Authorizer cannot be passed as authorizer: make the method without one, and call protect() with the method and its permission',
    );
  });

  test('passed as the authorizer of all methods', () => {
    refused(({ stack, authorizer }) => {
      const defaultMethodOptions = { authorizer: authorizer as unknown as IAuthorizer };
      new RestApi(stack, 'Other', { defaultMethodOptions }).root.addMethod('PUT');
    }).toThrow('cannot be passed as authorizer');
  });

  test('its id put on a method', () => {
    refused(({ api, method }) => {
      const { authorizerId = '' } = methodResource(method);
      const authorizer = { authorizerId, authorizationType: AuthorizationType.CUSTOM };
      api.root.addMethod('PUT', new MockIntegration(), { authorizer });
    }).toThrow(
      'PUT / names this authorizer, but does not say which permission it asks for: call protect() instead (Test/Api/Default/PUT)',
    );
  });

  test('never', () => {
    expect(() =>
      synthesizeApp((app) => {
        const stack = new Stack(app, 'Test');
        addMethod(new RestApi(stack, 'Api'), 'GET', '/');
        authorizerIn(stack);
      }),
    ).toThrow(
      'nothing is protected yet by Test/Authorizer: call protect() with a method and its permission first',
    );
  });

  test.each(['rotationFunction', 'usagePlans'] as const)('asked for %s too early', (property) => {
    expect(() => authorizerIn(new Stack(new App(), 'Test'))[property]).toThrow(
      'nothing is protected yet by Test/Authorizer',
    );
  });

  test('asked to protect when the routes are written already', () => {
    refused(({ app, api, authorizer }) => {
      const late = addMethod(api, 'PUT', '/jobs');
      Aspects.of(app).add({
        visit: (node) => node === late && authorizer.protect(late, 'job.write'),
      });
    }).toThrow(
      'Test/Api/Default/jobs/PUT must be protected before the app is synthesized, not in an aspect',
    );
  });

  test('given what is no method', () => {
    refused(({ stack, authorizer }) => {
      authorizer.protect(new Stack(stack, 'None') as unknown as Method, 'job.read');
    }).toThrow('Test/None must be a Method, as resource.addMethod() returns it');
  });
});

const resourceOf = (api: RestApi): CfnResource => {
  const { defaultChild } = api.node;
  if (!CfnResource.isCfnResource(defaultChild)) throw new TypeError('no resource');
  return defaultChild;
};
