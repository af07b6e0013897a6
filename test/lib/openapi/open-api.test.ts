import { describe, expect, test } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Aws, Stack } from 'aws-cdk-lib';
import {
  CfnModel,
  type JsonSchema,
  JsonSchemaType,
  type MethodOptions,
  MockIntegration,
  Model,
  ResponseType,
  RestApi,
  type RestApiProps,
} from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import fc from 'fast-check';
import { ANY_VERBS } from '../../../lambda/contract/policy-proof/rest-method.ts';
import { ApiTokenAuthorizer } from '../../../lib/authorizer/api-token-authorizer.ts';
import {
  type ApiTokenAuthorizerProps,
  authorizerProps,
} from '../../../lib/authorizer/authorizer-props.ts';
import { OpenApi, type OpenApiProps } from '../../../lib/openapi/open-api.ts';
import { GatewayResponses } from '../../../lib/rest-api/gateway-responses.ts';
import { anyApi } from '../../lambda/contract/policy-proof/random-apis.ts';
import { clients, testApp } from '../../support/synth.ts';

interface Fixture {
  readonly api: RestApi;
  readonly authorizer: ApiTokenAuthorizer;
  readonly add: (httpMethod: string, path: string, options?: MethodOptions) => void;
}

interface Described extends Partial<OpenApiProps> {
  readonly api?: never;
  readonly apiProps?: RestApiProps;
  readonly authorizerProps?: Partial<ApiTokenAuthorizerProps>;
}

/** The document of an API of somebody else. */
function described(wire: (fixture: Fixture) => void, { apiProps, ...props }: Described = {}) {
  const stack = new Stack(testApp(), 'Test');
  const api = new RestApi(stack, 'Api', apiProps);
  const authorizer = new ApiTokenAuthorizer(
    stack,
    'Authorizer',
    authorizerProps({ clients, ...props.authorizerProps }),
  );
  const add = (httpMethod: string, path: string, options?: MethodOptions) => {
    const method = api.root
      .resourceForPath(path)
      .addMethod(httpMethod, new MockIntegration(), options);
    authorizer.protect(method, 'report.read');
  };
  wire({ api, authorizer, add });
  const { authorizerProps: _, ...rest } = props;
  const base = { api, authorizer, title: 'Reports', version: '2.1.0' };
  return new OpenApi(stack, 'OpenApi', { ...base, ...rest }).document();
}

describe('the document of any API', () => {
  test('has the title, the version, the stage and the header of the token', () => {
    const document = described(({ add }) => add('GET', '/reports'), {
      description: 'Reports of the month',
      apiProps: { deployOptions: { stageName: 'live' } },
      authorizerProps: { headerName: 'X-Partner-Token' },
    });
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Reports', version: '2.1.0', description: 'Reports of the month' },
      servers: [{ url: 'https://{apiId}.execute-api.{region}.amazonaws.com/live' }],
      components: {
        securitySchemes: { apiToken: { type: 'apiKey', in: 'header', name: 'X-Partner-Token' } },
      },
    });
  });

  test('says of each method which permission it needs, and of an open one that it needs none', () => {
    const { paths, components } = described(
      ({ api, authorizer, add }) => {
        add('GET', '/reports');
        authorizer.open(api.root.addResource('health').addMethod('GET', new MockIntegration()));
      },
      { permissions: { 'report.read': 'read reports' } },
    );
    expect(paths['/reports'].get).toMatchObject({
      security: [{ apiToken: ['report.read'] }],
      description: 'Needs the permission `report.read`.',
    });
    expect(paths['/health'].get.security).toEqual([]);
    expect(Object.keys(paths['/health'].get.responses)).not.toContain('401');
    expect(components.securitySchemes.apiToken.description).toContain(
      '- `report.read`: read reports',
    );
  });

  test('leaves out preflights, and what another authorization guards', () => {
    const { paths } = described(
      ({ api, add }) => {
        add('GET', '/reports');
        api.root
          .addResource('admin')
          .addMethod('GET', new MockIntegration(), { authorizationType: 'AWS_IAM' as never });
      },
      { apiProps: { defaultCorsPreflightOptions: { allowOrigins: ['*'] } } },
    );
    expect(paths).toEqual({ '/reports': { get: expect.anything() } });
  });

  test('writes {path+} as {path}, and ANY as the verbs that are left for it', () => {
    const { paths } = described(({ add }) => {
      add('ANY', '/files/{path+}');
      add('GET', '/files/{path+}');
    });
    expect(Object.keys(paths['/files/{path}'])).toEqual(
      ANY_VERBS.map((verb) => verb.toLowerCase()).toSorted(),
    );
    expect(paths['/files/{path}'].put.parameters).toEqual([
      expect.objectContaining({ name: 'path', in: 'path', required: true }),
    ]);
  });

  test("has API Gateway's own responses, in its own shape where the API changes nothing", () => {
    const { paths, components } = described(({ add }) => add('GET', '/reports'));
    const { responses } = paths['/reports'].get;
    expect(Object.keys(responses)).toEqual(['401', '403', '429', '500', 'default']);
    expect(responses['401'].content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/ApiGatewayError',
    });
    expect(components.schemas.ApiGatewayError).toMatchObject({ required: ['message'] });
  });

  test('has the bodies, headers and statuses that the API gives those responses', () => {
    const { paths, components } = described(({ api, add }) => {
      add('GET', '/reports');
      new GatewayResponses(api, 'Responses', { api, headerName: 'X-API-Token' });
    });
    const { 401: unauthorized, 429: throttled } = paths['/reports'].get.responses;
    expect(components.schemas.Error).toEqual({
      type: 'object',
      required: ['error', 'requestId'],
      properties: { error: { type: 'string' }, requestId: { type: 'string' } },
    });
    expect(unauthorized.headers['WWW-Authenticate']).toMatchObject({
      required: true,
      example: 'ApiToken header="X-API-Token"',
    });
    // Beyond the quota, waiting does not help.
    expect(throttled.headers['Retry-After'].required).toBeUndefined();
    expect(Object.keys(throttled.content['application/json'].examples)).toEqual([
      'throttled',
      'quotaExceeded',
    ]);
  });

  test('takes a DEFAULT response for the types that have none of their own', () => {
    const { paths } = described(({ api, add }) => {
      add('GET', '/reports');
      api.addGatewayResponse('Every4xx', {
        type: ResponseType.DEFAULT_4XX,
        statusCode: '418',
        templates: { 'text/plain': 'No' },
      });
    });
    const { responses } = paths['/reports'].get;
    expect(Object.keys(responses)).toEqual(['418', '500', 'default']);
    expect(responses['418'].content).toEqual({ 'text/plain': { schema: { type: 'string' } } });
  });

  test('says nothing of a body or status that only the deployment knows', () => {
    const { paths } = described(({ api, add }) => {
      add('GET', '/reports');
      api.addGatewayResponse('Refused', {
        type: ResponseType.UNAUTHORIZED,
        statusCode: Aws.ACCOUNT_ID,
        templates: { 'application/json': `"${Aws.REGION}"` },
      });
    });
    expect(paths['/reports'].get.responses['401'].content).toEqual({
      'application/json': { schema: {} },
    });
  });

  test('says how often clients may call, in one sentence for all of them', () => {
    const limits = (rate: number) => ({ rate, burst: 2 * rate });
    const { paths } = described(({ add }) => add('GET', '/reports'), {
      authorizerProps: {
        clients: clients.map((each, index) => ({ ...each, limits: limits(10 * (index + 1)) })),
      },
    });
    expect(paths['/reports'].get.responses['429'].description).toContain(
      'A client has from 10 to 20 requests a second, and from 20 to 40 at once.',
    );
  });

  test('says nothing of limits without usage plans', () => {
    const { paths } = described(({ add }) => add('GET', '/reports'), {
      authorizerProps: { usagePlans: false },
    });
    expect(paths['/reports'].get.responses['429'].description).not.toMatch(/requests a second/);
  });

  test('names no client: it is handed to each of them', () => {
    const text = JSON.stringify(described(({ add }) => add('GET', '/reports')));
    for (const { name, environmentVariable } of clients) {
      expect(text).not.toContain(name);
      expect(text).not.toContain(environmentVariable);
    }
  });
});

describe('what a method declares', () => {
  test('parameters, a model and responses stand in its operation', () => {
    const { paths, components } = described(({ api, add }) => {
      const report = api.addModel('Report', {
        schema: { type: JsonSchemaType.OBJECT, required: ['month'] },
      });
      add('POST', '/reports', {
        operationName: 'makeReport',
        requestModels: { 'application/json': report },
        requestValidatorOptions: { validateRequestBody: true, validateRequestParameters: true },
        requestParameters: {
          'method.request.querystring.month': true,
          'method.request.header.X-Trace': false,
        },
        methodResponses: [
          {
            statusCode: '202',
            responseModels: { 'application/json': report },
            responseParameters: { 'method.response.header.Location': true },
          },
        ],
      });
    });
    const { post } = paths['/reports'];
    expect(post).toMatchObject({
      operationId: 'makeReport',
      parameters: [
        { name: 'month', in: 'query', required: true },
        { name: 'X-Trace', in: 'header', required: false },
      ],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Report' } } },
      },
    });
    expect(post.responses['202']).toMatchObject({ headers: { Location: {} }, content: {} });
    expect(Object.keys(post.responses)).toEqual(['202', '400', '401', '403', '413', '429', '500']);
    expect(components.schemas.Report).toEqual({ type: 'object', required: ['month'] });
  });

  test('models that every API has, and models of one name, are told apart', () => {
    const { paths, components } = described(({ api, add }) => {
      const other = new Construct(api, 'Other');
      const schema = { type: 'object', properties: { $ref: { type: 'string' } } };
      const restApiId = api.restApiId;
      const model = new CfnModel(other, 'Resource', { restApiId, schema });
      const same = new CfnModel(new Construct(other, 'Other'), 'Resource', { restApiId });
      add('GET', '/reports', {
        methodResponses: [
          { statusCode: '400', responseModels: { 'application/json': Model.ERROR_MODEL } },
          { statusCode: '200', responseModels: { 'application/json': Model.EMPTY_MODEL } },
          { statusCode: '201', responseModels: { 'application/json': { modelId: model.ref } } },
          { statusCode: '202', responseModels: { 'application/json': { modelId: same.ref } } },
        ],
      });
    });
    const { responses } = paths['/reports'].get;
    const schemaOf = (code: string) => responses[code].content['application/json'].schema;
    expect(schemaOf('400')).toEqual({
      type: 'object',
      properties: { message: { type: 'string' } },
    });
    expect(schemaOf('200')).toEqual({});
    expect(schemaOf('201')).toEqual({ $ref: '#/components/schemas/Other' });
    expect(schemaOf('202')).toEqual({ $ref: '#/components/schemas/Other2' });
    expect(responses['202'].description).toBe('What the service behind the route answers.');
    expect(components.schemas.Other.properties).toEqual({ $ref: { type: 'string' } });
  });

  test('a model of draft 4 becomes JSON Schema 2020-12, with what it refers to', () => {
    const { components } = described(({ api, add }) => {
      const address = api.addModel('Address', { schema: { type: JsonSchemaType.OBJECT } });
      const url = `https://apigateway.amazonaws.com/restapis/${api.restApiId}/models`;
      new CfnModel(api, 'Named', { restApiId: api.restApiId, name: 'Tag', schema: {} });
      const person = api.addModel('Person', {
        schema: {
          schema: 'http://json-schema.org/draft-04/schema#',
          id: 'person',
          definitions: { name: { type: JsonSchemaType.STRING } },
          properties: {
            id: { type: JsonSchemaType.STRING },
            name: { ref: '#/definitions/name' },
            address: { ref: `${url}/${address.modelId}` },
            tag: { ref: `${url}/Tag` },
            age: { minimum: 0, exclusiveMinimum: true, maximum: 150, exclusiveMaximum: false },
            pair: { items: [{ type: JsonSchemaType.STRING }, {}] },
          },
        } as unknown as JsonSchema,
      });
      add('PUT', '/people', { requestModels: { 'application/json': person } });
    });
    expect(components.schemas).toMatchObject({ Address: { type: 'object' }, Tag: {} });
    expect(components.schemas.Person).toEqual({
      definitions: { name: { type: 'string' } },
      properties: {
        id: { type: 'string' },
        name: { $ref: '#/components/schemas/Person/definitions/name' },
        address: { $ref: '#/components/schemas/Address' },
        tag: { $ref: '#/components/schemas/Tag' },
        age: { exclusiveMinimum: 0, maximum: 150 },
        pair: { prefixItems: [{ type: 'string' }, {}] },
      },
    });
  });
});

describe('what the app adds', () => {
  test('may refer to its own components', () => {
    const $ref = '#/components/parameters/Month';
    const { paths, components } = described(({ add }) => add('GET', '/reports'), {
      details: {
        components: { parameters: { Month: { name: 'month', in: 'query' } } },
        paths: { '/reports': { get: { operationId: 'listReports', parameters: [{ $ref }] } } },
      },
    });
    expect(components.parameters.Month).toEqual({ name: 'month', in: 'query' });
    expect(paths['/reports'].get).toMatchObject({
      operationId: 'listReports',
      parameters: [{ $ref }],
    });
  });

  test('stands over what the constructs say, beside the responses of API Gateway', () => {
    const { paths, info, tags } = described(({ add }) => add('GET', '/reports/{id}'), {
      details: {
        info: { contact: { name: 'The reports team' } },
        tags: [{ name: 'reports' }],
        paths: {
          '/reports/{id}': {
            summary: 'A report',
            get: {
              summary: 'Read a report',
              description: 'As a PDF.',
              parameters: [{ name: 'id', in: 'path', description: 'Of the report' }],
              responses: {
                200: { description: 'The report' },
                403: { description: 'A report of somebody else', headers: { 'X-Owner': {} } },
              },
            },
          },
        },
      },
    });
    expect(info).toMatchObject({ title: 'Reports', contact: { name: 'The reports team' } });
    expect(tags).toEqual([{ name: 'reports' }]);
    expect(paths['/reports/{id}']).toMatchObject({
      summary: 'A report',
      get: {
        summary: 'Read a report',
        description: 'As a PDF.\n\nNeeds the permission `report.read`.',
        parameters: [{ name: 'id', in: 'path', required: true, description: 'Of the report' }],
      },
    });
    const { responses } = paths['/reports/{id}'].get;
    expect(responses).not.toHaveProperty('default');
    expect(responses['403'].description).toMatch(
      /^A report of somebody else The API token is good/,
    );
  });

  test.each<[string, Described, string]>([
    [
      'a path that there is not',
      { details: { paths: { '/nope': { get: {} } } } },
      'paths in details must be those of protected or open methods, got: "get /nope"; there are get /reports',
    ],
    [
      'a verb that there is not',
      { details: { paths: { '/reports': { post: {} } } } },
      'paths in details must be those of protected or open methods, got: "post /reports"; there are get /reports',
    ],
    [
      'a text that only the deployment knows',
      { details: { paths: { '/reports': { summary: `In ${Aws.REGION}` } } } },
      'details of Test/OpenApi must be known at synth, got: a token that is only known at deployment',
    ],
    [
      'paths that are none',
      { details: { paths: ['/reports'] } },
      'paths in details must be an object of path items, got: ["/reports"]',
    ],
    [
      'a permission that nothing asks for',
      { permissions: { 'report.raed': 'read' } },
      'permissions must be those of protected methods, got: "report.raed"; there are report.read',
    ],
  ])('%s is refused', (_, props, message) => {
    expect(() => described(({ add }) => add('GET', '/reports'), props)).toThrow(message);
  });
});

test('of any API, the document has exactly its methods, and a linter finds nothing wrong', async () => {
  const config = await createConfig({
    extends: ['minimal'],
    rules: { 'operation-operationId-unique': 'error', 'path-parameters-defined': 'error' },
  });
  await fc.assert(
    fc.asyncProperty(anyApi, async (methods) => {
      const document = described(({ api, authorizer }) => {
        for (const { httpMethod, resourcePath, permission } of methods) {
          const method = api.root
            .resourceForPath(resourcePath)
            .addMethod(httpMethod, new MockIntegration());
          if (permission) authorizer.protect(method, permission);
          else authorizer.open(method);
        }
        authorizer.protect(api.root.addResource('z').addMethod('GET'), 'job.read');
      });
      const expected = methods.flatMap(({ httpMethod, resourcePath }) => {
        const others = methods.filter((each) => each.resourcePath === resourcePath);
        const verbs =
          httpMethod === 'ANY'
            ? ANY_VERBS.filter((verb) => !others.some((each) => each.httpMethod === verb))
            : [httpMethod];
        return verbs.map((verb) => `${verb} ${resourcePath.replace('+}', '}')}`);
      });
      const found = Object.entries<object>(document.paths).flatMap(([path, item]) =>
        Object.keys(item).map((verb) => `${verb.toUpperCase()} ${path}`),
      );
      expect(found.toSorted()).toEqual([...expected, 'GET /z'].toSorted());
      const source = JSON.stringify(document);
      const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    }),
    { numRuns: 25 },
  );
});
