import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Step } from '../../local/api/step.ts';
import { requestEntry } from '../../local/console/request-entry.ts';
import { echo, type FixtureApp } from './support/fixture-app.ts';
import { type Call, type Served, serve } from './support/serve.ts';

/** A token is `<key>/<anything>`, and opens what begins with `/things`. */
const authorizer = `export const handler = async ({ headers, methodArn }) => {
  const [usageIdentifierKey, rest] = (headers['X-Token'] ?? '').split('/');
  if (rest === 'unknown') throw new Error('Unauthorized');
  if (rest === 'fault') throw new Error('fault');
  if (rest === 'odd') return {};
  return {
    principalId: 'p',
    usageIdentifierKey,
    policyDocument: { Version: '2012-10-17', Statement: [
      { Effect: 'Allow', Action: '*', Resource: methodArn.replace(/prod.*/, 'prod/*/things*') } ] },
  };
};`;

const plan = (properties: object) => ({
  Type: 'AWS::ApiGateway::UsagePlan',
  Properties: { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' } }], ...properties },
});
const key = (Value: string) => ({
  Type: 'AWS::ApiGateway::ApiKey',
  Properties: { Enabled: true, Value },
});
const member = (KeyId: string, UsagePlanId: string) => ({
  Type: 'AWS::ApiGateway::UsagePlanKey',
  Properties: { KeyId: { Ref: KeyId }, KeyType: 'API_KEY', UsagePlanId: { Ref: UsagePlanId } },
});
const keyed = { ApiKeyRequired: true };

const app: FixtureApp = {
  functions: {
    Auth: authorizer,
    Echo: echo,
    Broken: `export const handler = async () => { throw new Error('broken'); };`,
    Slow: `export const handler = () => new Promise(() => setInterval(() => undefined, 1000));`,
  },
  api: { ApiKeySourceType: 'AUTHORIZER' },
  authorizer: {
    AuthorizerResultTtlInSeconds: 60,
    IdentitySource: 'method.request.header.X-Token,context.identity.sourceIp',
  },
  methods: [
    { route: 'GET /things', calls: 'Echo', properties: keyed },
    {
      route: 'POST /things',
      calls: 'Echo',
      properties: {
        ...keyed,
        RequestValidatorId: { Ref: 'Validator' },
        RequestModels: { 'application/json': { Ref: 'Thing' } },
        RequestParameters: { 'method.request.querystring.q': true },
      },
    },
    { route: 'GET /other', calls: 'Echo' },
    { route: 'GET /open', calls: 'Echo', open: true },
    { route: 'GET /things/broken', calls: 'Broken' },
    {
      route: 'GET /things/slow',
      properties: {
        Integration: {
          Type: 'AWS_PROXY',
          TimeoutInMillis: 50,
          Uri: {
            'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Slow.Arn}/invocations`,
          },
        },
      },
    },
    {
      route: 'GET /mock',
      open: true,
      properties: {
        Integration: {
          Type: 'MOCK',
          RequestTemplates: { 'application/json': '{"statusCode":204}' },
          IntegrationResponses: [{ StatusCode: '204' }],
        },
      },
    },
  ],
  resources: {
    Validator: {
      Type: 'AWS::ApiGateway::RequestValidator',
      Properties: { ValidateRequestBody: true, ValidateRequestParameters: true },
    },
    Thing: {
      Type: 'AWS::ApiGateway::Model',
      Properties: { Schema: { type: 'object', required: ['type'] } },
    },
    Gold: plan({
      UsagePlanName: 'gold',
      Throttle: { RateLimit: 100, BurstLimit: 200 },
      Quota: { Limit: 500, Period: 'WEEK' },
    }),
    GoldKey: key('k-gold'),
    GoldMember: member('GoldKey', 'Gold'),
    Slowly: plan({ Description: 'slowly', Throttle: { RateLimit: 0.001, BurstLimit: 1 } }),
    SlowKey: key('k-slow'),
    SlowMember: member('SlowKey', 'Slowly'),
    Few: plan({ Quota: { Limit: 1, Period: 'DAY' } }),
    FewKey: key('k-few'),
    FewMember: member('FewKey', 'Few'),
  },
};

const arrived: Step[] = [{ step: 'request' }, { step: 'route' }];
const sources = (isPresent: boolean) => ({
  step: 'identity',
  sources: [
    { kind: 'header', name: 'X-Token', isPresent },
    { kind: 'context', name: 'identity.sourceIp', isPresent: true },
  ],
});
const ms = expect.any(Number);
const asked = [...arrived, sources(true), { step: 'asked', ms, keptForMs: 60_000 }];
const failed = [...arrived, sources(true), { step: 'asked', ms, keptForMs: null }];
const allowed = [...asked, { step: 'policy' }];
const byKey = { step: 'key', from: 'AUTHORIZER' };
const gold = {
  step: 'limits',
  plan: 'gold',
  rate: 100,
  burst: 200,
  quota: { limit: 500, period: 'WEEK' },
};
const nothing = { step: 'validation', parameters: [], checksBody: false };
const called = { step: 'integration', type: 'AWS_PROXY', ms };

describe('the steps of a request', () => {
  let served: Served;
  let calls = 0;
  beforeAll(async () => {
    served = await serve(app);
  });

  /** The steps in the console, and where the request ended, if the gateway itself answered. */
  async function stepsOf(path: string, token: string, options: Call = {}) {
    const headers = { 'X-Token': token, ...options.headers };
    const { outcome } = await served.call(path, { ...options, headers });
    const { steps, type } = requestEntry(outcome);
    return [type, steps];
  }
  /** A token that no result is kept for. */
  const fresh = (keyValue: string) => `${keyValue}/${++calls}`;

  test('are all of them for a request that comes through', async () => {
    expect(await stepsOf('/things', fresh('k-gold'))).toEqual([
      null,
      [...allowed, byKey, gold, nothing, called],
    ]);
  });

  test('say for how much longer a result is kept', async () => {
    const token = fresh('k-gold');
    await stepsOf('/things', token);
    served.pass(20);
    const [, steps] = (await stepsOf('/things', token)) as [unknown, Step[]];
    const [, , , kept] = steps;
    expect(steps.map(({ step }) => step)).toEqual([
      'request',
      'route',
      'identity',
      'kept',
      'policy',
      'key',
      'limits',
      'validation',
      'integration',
    ]);
    const left = kept?.step === 'kept' ? (kept.keptForMs ?? 0) : 0;
    expect(left).toBeGreaterThan(30_000);
    expect(left).toBeLessThanOrEqual(40_000);
  });

  test.each([
    ['a request that is malformed', '/things?a={', 'k-gold/1', 'DEFAULT_4XX', [arrived[0]]],
    ['no such route', '/nothing', 'k-gold/1', 'MISSING_AUTHENTICATION_TOKEN', arrived],
    ['no identity', '/things', '', 'UNAUTHORIZED', [...arrived, sources(false)]],
    ['an unknown token', '/things', 'k-gold/unknown', 'UNAUTHORIZED', failed],
    ['a fault of the authorizer', '/things', 'k-gold/fault', 'AUTHORIZER_FAILURE', failed],
    ['no policy', '/things', 'k-gold/odd', 'AUTHORIZER_CONFIGURATION_ERROR', failed],
    ['a policy that does not open it', '/other', 'k-gold/a', 'ACCESS_DENIED', allowed],
    ['a key in no plan', '/things', 'k-none/a', 'INVALID_API_KEY', [...allowed, byKey]],
    [
      'a fault of the function',
      '/things/broken',
      'k-gold/b',
      'DEFAULT_5XX',
      [...allowed, nothing, called],
    ],
    [
      'a function that is too slow',
      '/things/slow',
      'k-gold/c',
      'INTEGRATION_TIMEOUT',
      [...allowed, nothing, called],
    ],
  ] as const)('end at %s', async (_, path, token, type, expected) => {
    expect(await stepsOf(path, token)).toEqual([type, expected]);
  });

  test('end at a stage that is not there', async () => {
    const url = new URL(served.url).origin;
    const { outcome } = await served.call('/other/things', {}, url);
    expect([outcome.decision, outcome.steps]).toEqual(['FORBIDDEN', arrived]);
  });

  test.each([
    ['rate', 'k-slow', 'THROTTLED', { plan: 'slowly', rate: 0.001, burst: 1, quota: null }],
    [
      'quota',
      'k-few',
      'QUOTA_EXCEEDED',
      { plan: expect.any(String), rate: null, burst: null, quota: { limit: 1, period: 'DAY' } },
    ],
  ] as const)('end at the %s of a plan', async (_, keyValue, type, limits) => {
    const token = fresh(keyValue);
    const [, first] = await stepsOf('/things', token);
    const limitsStep = { step: 'limits', ...limits };
    expect(first).toEqual([...allowed, byKey, limitsStep, nothing, called]);
    const [ended, steps] = (await stepsOf('/things', token)) as [string, Step[]];
    expect([ended, steps.at(-1)]).toEqual([type, limitsStep]);
  });

  test.each([
    ['parameters', '/things', '{"type":"a"}', {}, 'BAD_REQUEST_PARAMETERS', true],
    ['body', '/things?q=1', '{}', {}, 'BAD_REQUEST_BODY', true],
    ['nothing', '/things?q=1', '{"type":"a"}', {}, null, true],
    ['no body without a model', '/things?q=1', '', { 'Content-Type': 'text/x' }, null, false],
  ] as const)(
    'tell of the validation that refuses %s',
    async (_, path, body, more, type, checks) => {
      const options = { method: 'POST', body, headers: more };
      const validation = { step: 'validation', parameters: ['q'], checksBody: checks };
      expect(await stepsOf(path, fresh('k-gold'), options)).toEqual([
        type,
        [...allowed, byKey, gold, validation, ...(type === null ? [called] : [])],
      ]);
    },
  );

  test('have no authorizer on an open route, and no call of a mock', async () => {
    const open = [...arrived, { step: 'open' }, nothing];
    expect(await stepsOf('/open', '')).toEqual([null, [...open, called]]);
    const mock = { step: 'integration', type: 'MOCK', ms: null };
    expect(await stepsOf('/mock', '')).toEqual([null, [...open, mock]]);
  });

  test('have no byte of what a client sends', async () => {
    const secret = 'k-gold/sEcReT';
    const [, steps] = await stepsOf('/things?q=sEcReT', secret, {
      method: 'POST',
      body: '{"sEcReT":1}',
      headers: { 'x-api-key': 'sEcReT', Accept: 'sEcReT' },
    });
    expect(steps).toHaveLength(8);
    expect(JSON.stringify(steps)).not.toContain('sEcReT');
  });
});

test('a step has no text of an app without bounds', () => {
  const long = 'x'.repeat(5000);
  const texts = { identity: 100, limits: 1, validation: 100 };
  const source = { kind: 'header', name: long, isPresent: true } as const;
  const steps: Step[] = [
    { step: 'identity', sources: Array.from({ length: 500 }, () => source) },
    { step: 'limits', plan: long, rate: null, burst: null, quota: null },
    { step: 'validation', parameters: Array.from({ length: 500 }, () => long), checksBody: false },
  ];
  const outcome = {
    requestId: 'a',
    receivedAt: 0,
    label: undefined,
    method: 'GET',
    path: '/',
    client: 'p',
    resourcePath: '/',
    statusCode: 200,
    decision: 'open',
    authorization: undefined,
    steps,
    authorizerMs: undefined,
    totalMs: 1,
    gatewayMs: 1,
  };
  const lengths = requestEntry(outcome).steps.map((step) => JSON.stringify(step).length);
  for (const [index, count] of Object.values(texts).entries()) {
    expect(lengths[index]).toBeLessThan(100 + count * 600);
  }
});
