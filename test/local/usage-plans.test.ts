import {
  APIGatewayClient,
  GetUsageCommand,
  GetUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { usageCounters } from '../../local/api/authorize/usage-counter.ts';
import { usagePlans } from '../../local/api/authorize/usage-plans.ts';
import type { Quota, RestApi, UsagePlan } from '../../local/api/rest-api.ts';
import { echo, type FixtureApp } from './support/fixture-app.ts';
import { type Served, serve } from './support/serve.ts';

const plan = (properties: object) => ({
  Type: 'AWS::ApiGateway::UsagePlan',
  Properties: { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' } }], ...properties },
});
const key = (Value: string, properties: object = {}) => ({
  Type: 'AWS::ApiGateway::ApiKey',
  Properties: { Enabled: true, Value, ...properties },
});
const member = (KeyId: string, UsagePlanId: string) => ({
  Type: 'AWS::ApiGateway::UsagePlanKey',
  Properties: { KeyId: { Ref: KeyId }, KeyType: 'API_KEY', UsagePlanId: { Ref: UsagePlanId } },
});

const slowly = { RateLimit: 0.5, BurstLimit: 3 };

/** Tokens begin with the key that the authorizer returns, as in `k-slow/1`. */
const app: FixtureApp = {
  functions: {
    Auth: `
      const special = { none: undefined, number: 5, null: null };
      export const handler = async ({ headers }) => {
        const [name] = headers['X-Token'].split('/');
        return {
          principalId: 'p',
          policyDocument: { Version: '2012-10-17', Statement: [
            { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } ] },
          usageIdentifierKey: name in special ? special[name] : name,
        };
      };`,
    Echo: echo,
  },
  api: { ApiKeySourceType: 'AUTHORIZER' },
  methods: [
    { route: 'GET /things', calls: 'Echo', properties: { ApiKeyRequired: true } },
    { route: 'GET /free', calls: 'Echo' },
    {
      route: 'GET /checked',
      calls: 'Echo',
      properties: {
        ApiKeyRequired: true,
        RequestParameters: { 'method.request.querystring.q': true },
        RequestValidatorId: { Ref: 'Validator' },
      },
    },
  ],
  resources: {
    Validator: {
      Type: 'AWS::ApiGateway::RequestValidator',
      Properties: { ValidateRequestParameters: true },
    },
    Slow: plan({ Description: 'the slow one', Throttle: slowly }),
    SlowKey: key('k-slow'),
    SlowMember: member('SlowKey', 'Slow'),
    OtherKey: key('k-other'),
    OtherMember: member('OtherKey', 'Slow'),
    Few: plan({ Quota: { Limit: 2, Period: 'DAY' } }),
    FewKey: key('k-few'),
    FewMember: member('FewKey', 'Few'),
    Both: plan({ Throttle: slowly, Quota: { Limit: 4, Period: 'MONTH' } }),
    BothKey: key('k-both'),
    BothMember: member('BothKey', 'Both'),
    Free: plan({}),
    FreeKey: key('k-free'),
    FreeMember: member('FreeKey', 'Free'),
    OffKey: key('k-off', { Enabled: false }),
    OffMember: member('OffKey', 'Free'),
    StrayKey: key('k-stray'),
    Elsewhere: plan({ ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: 'other' }] }),
    ElsewhereKey: key('k-elsewhere'),
    ElsewhereMember: member('ElsewhereKey', 'Elsewhere'),
  },
};

const call = (api: Served, token: string, path = '/things', headers: Record<string, string> = {}) =>
  api.call(path, { headers: { 'X-Token': token, ...headers } });

async function statuses(api: Served, token: string, count: number, path?: string) {
  const found: number[] = [];
  for (let index = 0; index < count; index++) found.push((await call(api, token, path)).status);
  return found;
}

const requestsOf = (api: Served, description: string) =>
  api
    .usagePlans()
    .filter((usage) => usage.description === description)
    .map(({ requestsToday }) => requestsToday);

describe('a method that wants a key', () => {
  let api: Served;
  beforeAll(async () => {
    api = await serve(app);
  });

  test.each([
    ['no key', 'none'],
    ['an empty key', '/'],
    ['an unknown key', 'k-unknown'],
    ['a key that is disabled', 'k-off'],
    ['a key in no plan', 'k-stray'],
    ['a key in a plan of another stage', 'k-elsewhere'],
  ])('is closed when the authorizer returns %s: 403', async (_, token) => {
    const answer = await call(api, token);
    expect([answer.status, answer.json, answer.outcome.decision]).toEqual([
      403,
      { message: 'Forbidden' },
      'INVALID_API_KEY',
    ]);
    expect(answer.headers['x-amzn-errortype']).toBe('ForbiddenException');
  });

  test.each(['number', 'null'])(
    'is a fault when what the authorizer returns for a key is no text: %s',
    async (token) => {
      expect((await call(api, token)).outcome.decision).toBe('AUTHORIZER_CONFIGURATION_ERROR');
      expect(api.logs.at(-1)).toContain('usageIdentifierKey is not a string');
    },
  );

  test('is not opened by any x-api-key', async () => {
    for (const value of ['k-free', 'k-slow', 'k-off', '']) {
      expect((await call(api, 'none', '/things', { 'x-api-key': value })).status).toBe(403);
      const anonymous = await api.call('/things', { headers: { 'x-api-key': value } });
      expect(anonymous.status).toBe(401);
    }
  });

  test('tells its function which key it was, and a method that wants none does not', async () => {
    const identity = async (path: string) =>
      (await call(api, 'k-free', path)).json.requestContext.identity;
    const { apiKey, apiKeyId } = await identity('/things');
    expect(apiKey).toBe('k-free');
    expect(api.usagePlans().map(({ keyId }) => keyId)).toContain(apiKeyId);
    expect(await identity('/free')).not.toHaveProperty('apiKey');
  });

  test('counts no request that another method takes, and none that is refused', async () => {
    const before = api.usagePlans();
    await call(api, 'k-free', '/free');
    await call(api, 'k-off');
    await call(api, 'k-free', '/nowhere');
    expect(api.usagePlans()).toEqual(before);
  });

  test('shows its plans, with the description that the template has', () => {
    expect(api.usagePlans()).toContainEqual({
      planId: expect.stringMatching(/^[a-z0-9]{6}$/),
      keyId: expect.stringMatching(/^[a-z0-9]{6}$/),
      description: 'the slow one',
      rate: 0.5,
      burst: 3,
      requestsToday: 0,
    });
  });
});

describe('a rate', () => {
  test('lets a burst through, then as many as it says, on cached results too', async () => {
    const api = await serve(app);
    expect(await statuses(api, 'k-slow', 4)).toEqual([200, 200, 200, 429]);
    expect((await call(api, 'k-slow')).outcome.decision).toBe('THROTTLED');
    api.pass(2);
    expect(await statuses(api, 'k-slow', 2)).toEqual([200, 429]);
    api.pass(3600);
    expect(await statuses(api, 'k-slow', 4)).toEqual([200, 200, 200, 429]);
  });

  test('is that of a key: the other keys of its plan are not slowed', async () => {
    const api = await serve(app);
    expect(await statuses(api, 'k-slow/1', 3)).toEqual([200, 200, 200]);
    expect((await call(api, 'k-slow/2')).status).toBe(429);
    expect((await call(api, 'k-other')).status).toBe(200);
    expect(requestsOf(api, 'the slow one')).toEqual([3, 1]);
  });

  test('has its refusal, which counts for nothing', async () => {
    const api = await serve(app);
    await statuses(api, 'k-both', 3);
    const refused = await call(api, 'k-both');
    expect([refused.status, refused.json]).toEqual([429, { message: 'Too Many Requests' }]);
    expect(refused.headers['x-amzn-errortype']).toBe('TooManyRequestsException');
    api.pass(4);
    expect((await call(api, 'k-both')).status).toBe(200);
    expect((await call(api, 'k-both')).outcome.decision).toBe('QUOTA_EXCEEDED');
  });

  test('refuses before the request is validated, and a request that is not valid counts', async () => {
    const api = await serve(app);
    expect(await statuses(api, 'k-slow', 4, '/checked')).toEqual([400, 400, 400, 429]);
    expect(requestsOf(api, 'the slow one')).toEqual([3, 0]);
  });

  test('is not used up by looking whether a call would come through', async () => {
    const api = await serve(app);
    const admits = (token: string) =>
      api.stages[0]?.admits({
        httpMethod: 'GET',
        path: '/things',
        headers: [['X-Token', token]],
        body: '',
      });
    for (let index = 0; index < 5; index++) expect(await admits('k-slow')).toBe(true);
    expect(await admits('none')).toBe(false);
    expect(await statuses(api, 'k-slow', 3)).toEqual([200, 200, 200]);
  });
});

describe('a quota', () => {
  test('is there again at midnight UTC', async () => {
    const api = await serve(app);
    const toMidnight = () => 86_400 - ((Date.now() / 1_000) % 86_400);
    // Not so close to midnight that the test would go past it.
    if (toMidnight() < 10) api.pass(10);
    expect(await statuses(api, 'k-few', 3)).toEqual([200, 200, 429]);
    const refused = await call(api, 'k-few');
    expect([refused.json, refused.outcome.decision]).toEqual([
      { message: 'Limit Exceeded' },
      'QUOTA_EXCEEDED',
    ]);
    expect(refused.headers['x-amzn-errortype']).toBe('LimitExceededException');
    const few = () => api.usagePlans().find(({ quota }) => quota?.limit === 2);
    expect(few()).toMatchObject({ quota: { period: 'DAY', remaining: 0 }, requestsToday: 2 });
    api.pass(86_400);
    expect(few()).toMatchObject({ quota: { remaining: 2 }, requestsToday: 0 });
    expect((await call(api, 'k-few')).status).toBe(200);
  });

  const dayMs = 86_400_000;
  const counting = (quota: Quota, start: string) => {
    let now = Date.parse(start);
    const few: UsagePlan = {
      id: 'plan',
      name: undefined,
      description: undefined,
      throttle: undefined,
      quota,
      keys: [{ id: 'key', name: 'key', value: 'value' }],
    };
    const clock = () => now;
    const stage = { usagePlans: [few] } as unknown as RestApi;
    const plans = usagePlans(stage, clock, usageCounters(clock));
    const remaining = () => plans.usage()[0]?.quota?.remaining;
    return {
      plans,
      remaining,
      take: () => plans.take(plans.keyOf('value')),
      at: (moment: string) => {
        now = Date.parse(moment);
        return remaining();
      },
    };
  };

  test.each<[string, Quota, string, string]>([
    ['a day', { limit: 1, period: 'DAY', offset: 0 }, '2026-02-28', '2026-03-01'],
    ['a week from Sunday', { limit: 1, period: 'WEEK', offset: 0 }, '2026-11-28', '2026-11-29'],
    ['a week from Monday', { limit: 1, period: 'WEEK', offset: 1 }, '2026-11-29', '2026-11-30'],
    ['a month', { limit: 1, period: 'MONTH', offset: 0 }, '2026-02-28', '2026-03-01'],
    ['a month from the 3rd', { limit: 1, period: 'MONTH', offset: 2 }, '2027-01-02', '2027-01-03'],
  ])('lasts until %s is over, in UTC', (_, quota, last, next) => {
    const { take, at } = counting(quota, `${last}T00:00:00Z`);
    take();
    expect(at(`${last}T23:59:59.999Z`)).toBe(0);
    expect(take).toThrow('Limit Exceeded');
    expect(at(`${next}T00:00:00Z`)).toBe(1);
    take();
  });

  test('tells by day what was used, and what was left at the end of the day', () => {
    const quota: Quota = { limit: 5, period: 'WEEK', offset: 0 };
    const { plans, take, at } = counting(quota, '2026-11-27T12:00:00Z');
    take();
    at('2026-11-28T12:00:00Z');
    take();
    take();
    at('2026-11-29T12:00:00Z');
    take();
    const from = Date.parse('2026-11-26');
    expect(plans.usageOf('plan', from, from + 4 * dayMs)?.get('key')).toEqual([
      [0, 5],
      [1, 4],
      [2, 2],
      [1, 4],
      [0, 4],
    ]);
    expect(plans.usageOf('another', from, from)).toBeUndefined();
  });

  test('of a clock that was set back refuses nothing that it would not have', () => {
    const { take, at } = counting({ limit: 2, period: 'DAY', offset: 0 }, '2026-11-27T12:00:00Z');
    take();
    expect(at('2026-11-27T11:00:00Z')).toBe(1);
    expect(at('2026-11-26T11:00:00Z')).toBe(2);
  });
});

test('an API that takes keys from x-api-key limits by that header, also without an authorizer', async () => {
  const api = await serve({
    ...app,
    api: {},
    methods: [
      { route: 'GET /things', calls: 'Echo', open: true, properties: { ApiKeyRequired: 'true' } },
    ],
  });
  const send = async (headers: Record<string, string>) =>
    (await api.call('/things', { headers })).status;
  expect(await send({})).toBe(403);
  expect(await send({ 'X-Token': 'k-few' })).toBe(403);
  expect(await send({ 'X-API-Key': 'k-unknown' })).toBe(403);
  expect(await send({ 'X-API-Key': 'k-few' })).toBe(200);
  expect(await send({ 'x-api-key': 'k-few' })).toBe(200);
  expect(await send({ 'x-api-key': 'k-few' })).toBe(429);
});

describe('the gateway does not start with', () => {
  test.each([
    [
      'a quota by the hour',
      { Hourly: plan({ Quota: { Limit: 1, Period: 'HOUR' } }) },
      'usage plan Hourly: the period HOUR is not known.',
    ],
    [
      'a key whose value AWS would make up',
      { MadeUp: { ...key(''), Properties: { Enabled: true } }, M: member('MadeUp', 'Free') },
      'API key MadeUp: a key without a Value is not supported here.',
    ],
  ])('%s', async (_, resources, message) => {
    await expect(serve({ ...app, resources: { ...app.resources, ...resources } })).rejects.toThrow(
      message,
    );
  });
});

describe("API Gateway's own API", () => {
  let api: Served;
  let client: APIGatewayClient;
  let usagePlanId: string;
  const today = () => new Date().toISOString().slice(0, 10);

  beforeAll(async () => {
    api = await serve(app);
    const { endpoint, credentials } = api;
    client = new APIGatewayClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
    const both = api.usagePlans().find(({ quota }) => quota?.period === 'MONTH');
    usagePlanId = both?.planId ?? '';
  });

  test('describes a plan', async () => {
    expect(await client.send(new GetUsagePlanCommand({ usagePlanId }))).toMatchObject({
      id: usagePlanId,
      name: usagePlanId,
      apiStages: [{ apiId: expect.any(String), stage: 'prod' }],
      throttle: { rateLimit: 0.5, burstLimit: 3 },
      quota: { limit: 4, offset: 0, period: 'MONTH' },
    });
  });

  test('describes a plan without limits', async () => {
    const free = api.usagePlans().find(({ rate, quota }) => rate === undefined && !quota);
    const found = await client.send(new GetUsagePlanCommand({ usagePlanId: free?.planId }));
    expect(found).not.toHaveProperty('throttle');
    expect(found).not.toHaveProperty('quota');
  });

  test('tells what the keys of a plan have used by day', async () => {
    await statuses(api, 'k-both', 2);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const query = { usagePlanId, startDate: yesterday, endDate: today() };
    const found = await client.send(new GetUsageCommand(query));
    const [keyId = ''] = Object.keys(found.items ?? {});
    expect(found).toMatchObject({ ...query, items: { [keyId]: [expect.anything(), [2, 2]] } });
    expect(Object.keys(found.items ?? {})).toHaveLength(1);
    const only = (id: string) => client.send(new GetUsageCommand({ ...query, keyId: id }));
    expect((await only(keyId)).items).toEqual(found.items);
    expect((await only('another')).items).toEqual({});
  });

  test('knows no other plan', async () => {
    const name = 'NotFoundException';
    await expect(
      client.send(new GetUsagePlanCommand({ usagePlanId: 'other' })),
    ).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 404 } });
    const query = { usagePlanId: 'other', startDate: today(), endDate: today() };
    await expect(client.send(new GetUsageCommand(query))).rejects.toMatchObject({ name });
  });

  test.each([
    ['a date that does not exist', '2026-02-30', '2026-03-01'],
    ['a date in another form', '2026-2-1', '2026-03-01'],
    ['no date', '', '2026-03-01'],
    ['an end before the start', '2026-03-02', '2026-03-01'],
    ['91 days', '2026-01-01', '2026-04-01'],
  ])('refuses %s', async (_, startDate, endDate) => {
    await expect(
      client.send(new GetUsageCommand({ usagePlanId, startDate, endDate })),
    ).rejects.toMatchObject({ name: 'BadRequestException', $metadata: { httpStatusCode: 400 } });
  });

  test('has 90 days at once', async () => {
    const query = { usagePlanId, startDate: '2026-01-01', endDate: '2026-03-31' };
    const { items = {} } = await client.send(new GetUsageCommand(query));
    expect(Object.values(items).map((days) => days.length)).toEqual([90]);
  });
});
