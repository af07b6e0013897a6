import { describe, expect, jest, test } from '@jest/globals';
import { App, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  type CfnRestApi,
  Cors,
  type CorsOptions,
  HttpIntegration,
  MockIntegration,
  ResponseType,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { Fixture } from '../../../support/synth.ts';

// Bundling takes most of a synth's time, and nothing here looks at a bundle.
jest.unstable_mockModule('../../../../lib/functions/bundle.ts', () => ({
  withBundle: (_: unknown, use: (folder: string) => unknown) => use(import.meta.dirname),
}));
const { ApiTokenAuthorizer } = await import('../../../../lib/authorizer/api-token-authorizer.ts');
const { allowBrowsers } = await import('../../../../lib/authorizer/cors/cors.ts');
const { clients, protectJobs } = await import('../../../support/synth.ts');

const APP = 'https://app.example.com';
const OTHER = 'https://other.example.com';
const HEADERS = 'method.response.header.Access-Control-Allow-Headers';

interface Made {
  readonly template: Template;
  readonly warnings: readonly string[];
}

/** A protected API that `configure` has something to add to. */
function make(configure: (fixture: Fixture) => void, headerName?: string): Made {
  const stack = new Stack(new App(), 'Test');
  const api = new RestApi(stack, 'Api');
  const authorizer = new ApiTokenAuthorizer(stack, 'Authorizer', {
    clients,
    ...(headerName !== undefined && { headerName }),
  });
  const add: Fixture['add'] = (httpMethod, path) =>
    api.root.resourceForPath(path).addMethod(httpMethod, new MockIntegration());
  const fixture = { stack, api, authorizer, add };
  protectJobs(fixture);
  configure(fixture);
  const template = Template.fromStack(stack);
  const warnings = stack.node
    .findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type, data }) => type === 'aws:cdk:warning' && /api-token-authorizer/.test(data))
    .map(({ data }) => String(data));
  return { template, warnings };
}

const preflight =
  (options: CorsOptions, path = '/jobs') =>
  ({ api }: Fixture) => {
    api.root.resourceForPath(path).addCorsPreflight(options);
  };

/** What each OPTIONS method says that a browser may send. */
const allowedHeaders = ({ template }: Made) =>
  Object.values(
    template.findResources('AWS::ApiGateway::Method', { Properties: { HttpMethod: 'OPTIONS' } }),
  ).map(
    ({ Properties }) => Properties.Integration.IntegrationResponses[0].ResponseParameters[HEADERS],
  );

/** The headers of each gateway response, by its type. */
const gatewayHeaders = ({ template }: Made) =>
  Object.fromEntries(
    Object.values(template.findResources('AWS::ApiGateway::GatewayResponse')).map(
      ({ Properties }) => [
        Properties.ResponseType,
        Object.fromEntries(
          Object.entries(Properties.ResponseParameters as object).map(([name, value]) => [
            name.replace('gatewayresponse.header.', ''),
            value,
          ]),
        ),
      ],
    ),
  );

describe('an API without CORS', () => {
  const made = make(() => undefined);

  test('gets no gateway response and no warning', () => {
    made.template.resourceCountIs('AWS::ApiGateway::GatewayResponse', 0);
    expect(made.warnings).toEqual([]);
  });

  test('nor does one with an OPTIONS method of another use', () => {
    const other = make(({ add }) => add('OPTIONS', '/jobs'));
    other.template.resourceCountIs('AWS::ApiGateway::GatewayResponse', 0);
    expect(other.warnings).toEqual([]);
  });
});

describe('a preflight lists the header of the token', () => {
  const usual = Cors.DEFAULT_HEADERS.join(',');

  test.each<[string, Partial<CorsOptions>, string | undefined, string]>([
    ['after the usual ones', {}, undefined, `'${usual},X-API-Token'`],
    ['after its own', { allowHeaders: ['X-A'] }, undefined, "'X-A,X-API-Token'"],
    ['whatever its name', { allowHeaders: ['X-A'] }, 'X-Key', "'X-A,X-Key'"],
    ['once, in any case', { allowHeaders: ['x-api-token'] }, undefined, "'x-api-token'"],
    ['not beside *, which covers it', { allowHeaders: ['*'] }, undefined, "'*'"],
    [
      'beside * with credentials, where it covers nothing',
      { allowHeaders: ['*'], allowCredentials: true },
      undefined,
      "'*,X-API-Token'",
    ],
  ])('%s', (_, options, headerName, expected) => {
    const made = make(preflight({ allowOrigins: [APP], ...options }), headerName);
    expect(allowedHeaders(made)).toEqual([expected]);
    expect(made.warnings).toEqual([]);
  });

  test('on every resource of defaultCorsPreflightOptions, also on those that come later', () => {
    const stack = new Stack(new App(), 'Test');
    const api = new RestApi(stack, 'Api', {
      defaultCorsPreflightOptions: { allowOrigins: Cors.ALL_ORIGINS, allowHeaders: ['X-A'] },
    });
    const authorizer = new ApiTokenAuthorizer(stack, 'Authorizer', { clients });
    const add: Fixture['add'] = (httpMethod, path) =>
      api.root.resourceForPath(path).addMethod(httpMethod, new MockIntegration());
    protectJobs({ stack, api, authorizer, add });
    api.root.addResource('later');
    const made = { template: Template.fromStack(stack), warnings: [] };
    expect(allowedHeaders(made)).toEqual(Array(4).fill("'X-A,X-API-Token'"));
  });

  test('also below a reference to the API', () => {
    const made = make(({ stack, api }) => {
      const { restApiId, restApiRootResourceId: rootResourceId } = api;
      const again = RestApi.fromRestApiAttributes(stack, 'Again', { restApiId, rootResourceId });
      again.root.addResource('more').addCorsPreflight({ allowOrigins: [APP], allowHeaders: ['A'] });
    });
    expect(allowedHeaders(made)).toEqual(["'A,X-API-Token'"]);
  });

  test('and another API is left alone', () => {
    const made = make(({ stack }) => {
      const other = new RestApi(stack, 'Other');
      other.root.addCorsPreflight({ allowOrigins: [APP], allowHeaders: ['A'] });
    });
    expect(allowedHeaders(made)).toEqual(["'A'"]);
    made.template.resourceCountIs('AWS::ApiGateway::GatewayResponse', 0);
  });

  test('which a deployment can follow', () => {
    const api = new RestApi(new Stack(new App(), 'Test'), 'Api');
    api.root.addCorsPreflight({ allowOrigins: [APP], allowHeaders: ['A'] });
    const gatewayResponses = { 'Access-Control-Allow-Origin': `'${APP}'`, Vary: "'Origin'" };
    expect(allowBrowsers(api.node.defaultChild as CfnRestApi, 'X-Key')).toEqual({
      preflights: [["'A,X-Key'"]],
      gatewayResponses,
    });
  });

  test('in a new deployment, with another header', () => {
    const deployment = (headerName: string) =>
      Object.keys(
        make(preflight({ allowOrigins: [APP] }), headerName).template.findResources(
          'AWS::ApiGateway::Deployment',
        ),
      );
    expect(deployment('X-Key')).not.toEqual(deployment('X-Other'));
  });
});

describe('what API Gateway answers itself has', () => {
  const both = (headers: object) => ({ DEFAULT_4XX: headers, DEFAULT_5XX: headers });

  test.each<[string, CorsOptions[], object]>([
    [
      'the one origin',
      [{ allowOrigins: [APP] }],
      { 'Access-Control-Allow-Origin': `'${APP}'`, Vary: "'Origin'" },
    ],
    [
      'the one origin, and its credentials',
      [{ allowOrigins: [APP], allowCredentials: true }],
      {
        'Access-Control-Allow-Origin': `'${APP}'`,
        Vary: "'Origin'",
        'Access-Control-Allow-Credentials': "'true'",
      },
    ],
    [
      'every origin',
      [{ allowOrigins: Cors.ALL_ORIGINS }],
      { 'Access-Control-Allow-Origin': "'*'" },
    ],
    [
      'every origin for several, of which it cannot choose one',
      [{ allowOrigins: [APP, OTHER] }],
      { 'Access-Control-Allow-Origin': "'*'" },
    ],
    [
      'every origin for several of different resources',
      [{ allowOrigins: [APP] }, { allowOrigins: [OTHER] }],
      { 'Access-Control-Allow-Origin': "'*'" },
    ],
  ])('%s', (_, options, expected) => {
    const made = make((fixture) => {
      for (const [index, each] of options.entries()) preflight(each, `/cors-${index}`)(fixture);
    });
    expect(gatewayHeaders(made)).toEqual(both(expected));
    expect(made.warnings).toEqual([]);
  });

  test("the app's own headers too, and its own origin first", () => {
    const made = make((fixture) => {
      preflight({ allowOrigins: [APP] })(fixture);
      fixture.api.addGatewayResponse('Unauthorized', {
        type: ResponseType.UNAUTHORIZED,
        responseHeaders: { 'WWW-Authenticate': "'ApiToken'" },
      });
      fixture.api.addGatewayResponse('Throttled', { type: ResponseType.THROTTLED });
      fixture.api.addGatewayResponse('Default4xx', {
        type: ResponseType.DEFAULT_4XX,
        responseHeaders: { 'access-control-allow-origin': "'*'" },
      });
    });
    const added = { 'Access-Control-Allow-Origin': `'${APP}'`, Vary: "'Origin'" };
    expect(gatewayHeaders(made)).toEqual({
      UNAUTHORIZED: { 'WWW-Authenticate': "'ApiToken'", ...added },
      THROTTLED: added,
      DEFAULT_4XX: { 'access-control-allow-origin': "'*'" },
      DEFAULT_5XX: added,
    });
  });
});

describe('a warning says what to do', () => {
  test('where a function or another server answers preflights', () => {
    const made = make(({ api, authorizer }) => {
      const jobs = api.root.resourceForPath('/jobs');
      authorizer.open(jobs.addMethod('OPTIONS', new HttpIntegration('https://example.com')));
    });
    expect(made.warnings).toEqual([
      expect.stringMatching(
        /OPTIONS\/Resource answers preflights in its own way: let its Access-Control-Allow-Headers list X-API-Token, .* or use addCorsPreflight\(\)/,
      ),
    ]);
  });

  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['takes its origin from elsewhere', { 'Allow-Origin': 'context.stage' }, {}],
    ['lists no headers', { 'Allow-Origin': "'*'" }, {}],
    ['writes its headers in a template', {}, { 'application/json': '## Access-Control-Allow' }],
  ])('where a mock %s', (_, headers, responseTemplates) => {
    const responseParameters = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        `method.response.header.Access-Control-${name}`,
        value,
      ]),
    );
    const made = make(({ api }) => {
      const integrationResponses = [{ statusCode: '204', responseParameters, responseTemplates }];
      api.root.addMethod('OPTIONS', new MockIntegration({ integrationResponses }));
    });
    expect(made.warnings).toEqual([expect.stringContaining('answers preflights in its own way')]);
  });

  const later = (value: unknown) => Lazy.any({ produce: () => value });
  const headers = { 'method.response.header.Access-Control-Allow-Origin': "'*'" };

  test.each<[string, unknown]>([
    ['it', later({ type: 'MOCK' })],
    ['its list of responses', { type: 'MOCK', integrationResponses: later([]) }],
    [
      'one of its responses',
      { type: 'MOCK', integrationResponses: [later({ statusCode: '204' })] },
    ],
    [
      'the headers of a response',
      {
        type: 'MOCK',
        integrationResponses: [{ statusCode: '204', responseParameters: later({}) }],
      },
    ],
    [
      'the templates of a response',
      {
        type: 'MOCK',
        integrationResponses: [
          { statusCode: '204', responseParameters: headers, responseTemplates: later({}) },
        ],
      },
    ],
  ])('where a mock is declared, and %s is only known at deployment', (_, integration) => {
    const made = make(({ api }) => {
      const method = api.root.addMethod('OPTIONS', new MockIntegration());
      Object.assign(method.node.defaultChild ?? {}, { integration });
    });
    expect(made.warnings).toEqual([expect.stringContaining('answers preflights in its own way')]);
  });

  test('where several origins may send credentials', () => {
    const made = make(preflight({ allowOrigins: [APP, OTHER], allowCredentials: true }));
    expect(made.warnings).toEqual([
      expect.stringContaining('leave allowCredentials out, which an API token does not need'),
    ]);
  });

  test('where the headers of a gateway response are not known yet', () => {
    const made = make((fixture) => {
      preflight({ allowOrigins: [APP] })(fixture);
      const response = fixture.api.addGatewayResponse('A', { type: ResponseType.UNAUTHORIZED });
      Object.assign(response.node.defaultChild ?? {}, {
        responseParameters: Lazy.any({ produce: () => ({}) }),
      });
    });
    expect(made.warnings).toEqual([
      expect.stringContaining('only known at deployment: let them have an'),
    ]);
  });
});
