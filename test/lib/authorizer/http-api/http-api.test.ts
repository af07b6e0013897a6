import { describe, expect, test } from '@jest/globals';
import { Duration, NestedStack, Stack } from 'aws-cdk-lib';
import { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ApiTokenAuthorizer } from '../../../../lib/authorizer/api-token-authorizer.ts';
import type { ApiTokenAuthorizerProps } from '../../../../lib/authorizer/authorizer-props.ts';
import {
  addRoute,
  type HttpFixture,
  httpClients,
  synthesizeHttp,
} from '../../../support/http-api.ts';
import { addMethod, synthesizeApp } from '../../../support/whole-app.ts';

const textOf = (value: unknown) => JSON.stringify(value);

const environmentsIn = ({ ofType }: Pick<ReturnType<typeof synthesizeHttp>, 'ofType'>) =>
  ofType('AWS::Lambda::Function').map(
    ([, { Properties }]) =>
      (Object(Properties.Environment) as { Variables?: Record<string, unknown> }).Variables ?? {},
  );

describe('an HTTP API', () => {
  const template = synthesizeHttp(({ api, authorizer }) => {
    authorizer.protectHttp(addRoute(api, 'GET /jobs/{id}'), 'job.read');
    authorizer.openHttp(addRoute(api, 'GET /health'));
    authorizer.openHttp(addRoute(api, '$default'));
  });
  const { ofType, registry } = template;
  const [[authorizerId, authorizer] = []] = ofType('AWS::ApiGatewayV2::Authorizer');

  test('asks the function for a policy, by events of payload format 2.0, and keeps it for each token', () => {
    expect(authorizer?.Properties).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: false,
      IdentitySource: ['$request.header.X-API-Token'],
      AuthorizerResultTtlInSeconds: 300,
    });
  });

  test('has protected routes name the authorizer, and open ones none', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [
      Properties.RouteKey,
      Properties.AuthorizationType,
      Properties.AuthorizerId,
    ]);
    const ours = { Ref: authorizerId };
    expect(routes).toEqual([
      ['GET /jobs', 'CUSTOM', ours],
      ['GET /jobs/{id}', 'CUSTOM', ours],
      ['GET /health', 'NONE', undefined],
      ['$default', 'NONE', undefined],
    ]);
  });

  test('lets API Gateway call the function for this authorizer only', () => {
    const sources = ofType('AWS::Lambda::Permission')
      .map(([, { Properties }]) => Properties)
      .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com')
      .map(({ SourceArn }) => textOf(SourceArn));
    expect(sources).toEqual([expect.stringContaining(`authorizers/",{"Ref":"${authorizerId}"}`)]);
  });

  test('has its routes in the registry, and no keys', () => {
    expect(registry()).toMatchObject({
      apiCount: 1,
      clients: [{ name: 'bravo', routes: [['GET/jobs', 'GET/jobs/?*']] }],
    });
    expect(textOf(registry())).not.toContain('usageIdentifierKey');
  });

  test('has no usage plans', () => {
    expect(ofType('AWS::ApiGateway::UsagePlan')).toEqual([]);
    expect(ofType('AWS::ApiGateway::ApiKey')).toEqual([]);
  });

  test('has its results flushed on every stage when a token is revoked', () => {
    const { ofType: all, resources } = synthesizeHttp(({ stack, api }) => {
      new HttpStage(stack, 'Beta', { httpApi: api, stageName: 'beta', autoDeploy: true });
    });
    const arns = environmentsIn({ ofType: all }).map(({ HTTP_STAGE_ARNS: arn }) => arn);
    expect(textOf(arns.filter(Boolean))).toMatch(/\/\$default\/ arn:.*\/beta\/"/);
    expect(environmentsIn({ ofType: all }).some((each) => 'STAGE_ARNS' in each)).toBe(false);
    expect(textOf(resources)).toContain('/stages/$default/cache/authorizers');
    expect(textOf(resources)).toContain('/stages/beta/cache/authorizers');
    expect(textOf(resources)).toContain(':/apis/');
  });

  test('may have no kept results', () => {
    const { ofType: all } = synthesizeHttp(undefined, { cacheTtl: Duration.seconds(0) });
    const [[, kept] = []] = all('AWS::ApiGatewayV2::Authorizer');
    expect(kept?.Properties).toMatchObject({
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: ['$request.header.X-API-Token'],
    });
  });

  test('says where its access log is', () => {
    const { outputs } = synthesizeHttp(({ stack, api }) => {
      const logGroup = new LogGroup(stack, 'Log');
      const { defaultChild } = (api.defaultStage as HttpStage).node;
      Object.assign(Object(defaultChild), {
        accessLogSettings: { destinationArn: logGroup.logGroupArn, format: '$context.requestId' },
      });
    });
    expect(outputs.join()).toContain('apiTokenAccessLog');
  });
});

describe('an HTTP API and its authorizer may be in', () => {
  test.each<[string, (root: Stack) => { api: Construct; authorizer: Construct }]>([
    [
      'two stacks of the app',
      (root) => ({ api: new Stack(root.node.scope, 'Other'), authorizer: root }),
    ],
    [
      'a stack and one nested in it',
      (root) => ({ api: new NestedStack(root, 'Other'), authorizer: root }),
    ],
  ])('%s', (_, place) => {
    let apiStack: Stack | undefined;
    const { template } = synthesizeApp((app) => {
      const { api: scope, authorizer: owner } = place(new Stack(app, 'Test'));
      apiStack = Stack.of(scope);
      const authorizer = new ApiTokenAuthorizer(owner, 'Authorizer', { clients: httpClients });
      authorizer.protectHttp(addRoute(new HttpApi(scope, 'Api'), 'GET /jobs'), 'job.read');
    });
    const { ofType } = template(apiStack as Stack);
    expect(ofType('AWS::ApiGatewayV2::Authorizer')).toHaveLength(1);
    expect(ofType('Custom::ApiTokenEnvironment')).toHaveLength(1);
  });
});

describe('an HTTP API and a REST API under one authorizer', () => {
  const template = synthesizeHttp(protectRestApi, {
    clientTable: { plans: { gold: { rate: 1, burst: 1 } } },
  });

  test('have routes of their own', () => {
    expect(template.registry().clients[0]?.routes).toEqual([['GET/jobs'], ['POST/reports']]);
  });

  test('are both flushed by both functions that revoke', () => {
    const environments = environmentsIn(template);
    expect(environments.filter((each) => 'STAGE_ARNS' in each)).toHaveLength(2);
    expect(environments.filter((each) => 'HTTP_STAGE_ARNS' in each)).toHaveLength(2);
  });

  test('have plans for the stages of the REST API, and the client function knows those of tiers', () => {
    const plans = template.ofType('AWS::ApiGateway::UsagePlan');
    expect(plans).toHaveLength(2);
    for (const [, plan] of plans) expect(plan.Properties.ApiStages).toHaveLength(1);
    const ids = environmentsIn(template).map(({ PLAN_IDS: each }) => each);
    expect(ids.filter(Boolean)).toEqual([{ Ref: expect.stringContaining('Tiers') }]);
  });

  test('are known to the function by their ids', () => {
    const [ids] = environmentsIn(template).flatMap(({ API_IDS: each }) => each ?? []);
    expect(textOf(ids)).toMatch(/Ref":"Api.*Ref":"Reports/);
  });
});

function protectRestApi({ stack, authorizer }: HttpFixture): void {
  const reports = new RestApi(stack, 'Reports');
  authorizer.protect(addMethod(reports, 'POST', '/reports'), 'report.create');
}

describe('limits that nothing would enforce fail synth:', () => {
  const limits = { rate: 1, burst: 1 };

  test.each<[string, Partial<ApiTokenAuthorizerProps>, string]>([
    [
      'those of a client with routes in HTTP APIs only',
      { clients: [{ ...httpClients[0], limits }] },
      'limits of client bravo must be left out, because API Gateway limits nobody on HTTP APIs',
    ],
    ['defaultLimits', { defaultLimits: limits }, 'defaultLimits must be left out'],
    [
      'plans of a table',
      { clientTable: { plans: { gold: limits } } },
      'plans of clientTable must be left out, with usagePlans: false',
    ],
  ])('%s', (_, props, message) => {
    expect(() => synthesizeHttp(undefined, props)).toThrow(message);
  });

  test('those of a client that has a route in a REST API do not', () => {
    const props = { clients: [{ ...httpClients[0], limits }], defaultLimits: limits };
    expect(synthesizeHttp(protectRestApi, props).ofType('AWS::ApiGateway::UsagePlan')).toHaveLength(
      1,
    );
  });

  test('a table without plans does not', () => {
    const props = { clientTable: {}, usagePlans: false };
    expect(synthesizeHttp(undefined, props).registry().table?.apis).toHaveLength(1);
  });
});
