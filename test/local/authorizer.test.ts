import { beforeAll, describe, expect, test } from '@jest/globals';
import { authorizerCache } from '../../local/api/authorize/authorizer-cache.ts';
import { eventually } from './support/eventually.ts';
import { echo, type FixtureApp, trustingAuthorizer } from './support/fixture-app.ts';
import { type Served, serve } from './support/serve.ts';

const allowAll = `{ Version: '2012-10-17', Statement: [
  { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } ] }`;

/** A policy of one statement on the method that is called. */
const statement = (text: string) =>
  `({ principalId: 'p', policyDocument: { Version: '2012-10-17', Statement: [${text}] } })`;

const prefix = "event.methodArn.split('/').slice(0, 2).join('/')";

interface Row {
  readonly name: string;
  /** An expression of `event`: what the authorizer returns, or a call that throws. */
  readonly result: string;
  readonly status: number;
  readonly type: string;
  readonly message?: string | null;
  /** What the developer is told. */
  readonly log?: string;
}

const configuration = (name: string, result: string, log: string): Row => ({
  name,
  result,
  status: 500,
  type: 'AUTHORIZER_CONFIGURATION_ERROR',
  message: null,
  log,
});

const denied = (name: string, result: string): Row => ({
  name,
  result,
  status: 403,
  type: 'ACCESS_DENIED',
  message: 'User is not authorized to access this resource',
});

const explicitlyDenied = (name: string, result: string): Row => ({
  ...denied(name, result),
  message: 'User is not authorized to access this resource with an explicit deny',
});

const allowed = (name: string, result: string): Row => ({
  name,
  result,
  status: 200,
  type: 'authorized',
});

const failed = (name: string, result: string, log?: string): Row => ({
  name,
  result,
  status: 500,
  type: 'AUTHORIZER_FAILURE',
  message: null,
  ...(log !== undefined && { log }),
});

const rows: readonly Row[] = [
  {
    name: 'throws exactly Unauthorized',
    result: "fail(new Error('Unauthorized'))",
    status: 401,
    type: 'UNAUTHORIZED',
    message: 'Unauthorized',
  },
  {
    name: 'throws the text Unauthorized',
    result: "fail('Unauthorized')",
    status: 401,
    type: 'UNAUTHORIZED',
    message: 'Unauthorized',
  },
  failed('throws unauthorized in lower case', "fail(new Error('unauthorized'))", 'unauthorized'),
  failed('throws anything else', "fail(new TypeError('boom'))", 'TypeError: boom'),
  failed('takes longer than its timeout', 'new Promise(() => setInterval(() => {}, 1000))', '1.00'),
  failed('ends its process', 'process.exit(3)', 'exit status 3'),
  allowed('allows everything', statement("{ Effect: 'Allow', Action: '*', Resource: '*' }")),
  allowed(
    'allows this method, by its ARN',
    statement("{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: event.methodArn }"),
  ),
  allowed(
    'allows by wildcards over slashes',
    statement(`{ Effect: 'Allow', Action: ['execute-api:*'], Resource: [${prefix} + '/GE?/th*'] }`),
  ),
  allowed(
    'allows with one statement that is not in a list',
    `({ principalId: 'p', policyDocument: { Statement:
      { Effect: 'Allow', Action: 'EXECUTE-API:invoke', Resource: '*' } } })`,
  ),
  denied(
    'allows another method only',
    statement(`{ Effect: 'Allow', Action: '*', Resource: ${prefix} + '/POST/things' }`),
  ),
  denied(
    'allows another action only',
    statement("{ Effect: 'Allow', Action: 'execute-api:ManageConnections', Resource: '*' }"),
  ),
  denied('has no statement at all', "({ principalId: 'p', policyDocument: { Statement: [] } })"),
  explicitlyDenied(
    'denies explicitly',
    statement("{ Effect: 'Deny', Action: 'execute-api:Invoke', Resource: '*' }"),
  ),
  explicitlyDenied(
    'denies after it has allowed',
    statement(`{ Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: '*', Resource: event.methodArn }`),
  ),
  configuration('returns nothing', 'undefined', 'not an object'),
  configuration('returns a list', '[]', 'not an object'),
  configuration('returns a text', "'Unauthorized'", 'not an object'),
  configuration('answers as for HTTP', '({ statusCode: 401 })', 'principalId'),
  configuration('names nobody', `({ policyDocument: ${allowAll} })`, 'principalId'),
  configuration('returns no policy', "({ principalId: 'p' })", 'policyDocument'),
  configuration(
    'returns a policy without statements',
    "({ principalId: 'p', policyDocument: {} })",
    'no Statement',
  ),
  configuration('has a statement that is a text', statement("'*'"), 'not an object'),
  configuration(
    'has an unknown effect',
    statement("{ Effect: 'allow', Action: '*', Resource: '*' }"),
    'Effect',
  ),
  configuration(
    'has a statement without a resource',
    statement("{ Effect: 'Allow', Action: '*' }"),
    'Resource',
  ),
  configuration(
    'has a statement without an action',
    statement("{ Effect: 'Allow', Action: [], Resource: '*' }"),
    'Action',
  ),
  allowed(
    'allows from this address',
    statement(
      `{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '127.0.0.1'] } } }`,
    ),
  ),
  denied(
    'allows from another address',
    statement(
      `{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { IpAddress: { 'AWS:sourceip': '127.0.0.2/31' } } }`,
    ),
  ),
  ...[
    ['on another key', "{ IpAddress: { 'aws:VpcSourceIp': '10.0.0.1' } }"],
    ['with another operator', "{ NotIpAddress: { 'aws:SourceIp': '10.0.0.1' } }"],
    ['on the time', "{ DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }"],
    [
      'with a second operator',
      "{ IpAddress: { 'aws:SourceIp': '127.0.0.1' }, Bool: { 'aws:SecureTransport': 'true' } }",
    ],
    [
      'with a second key',
      "{ IpAddress: { 'aws:SourceIp': '127.0.0.1', 'aws:VpcSourceIp': '10.0.0.1' } }",
    ],
    ['that is a text', "'IpAddress'"],
  ].map(([name, condition]) =>
    configuration(
      `has a condition ${name}`,
      statement(`{ Effect: 'Allow', Action: '*', Resource: '*', Condition: ${condition} }`),
      'Condition, which the local gateway cannot evaluate',
    ),
  ),
  ...["'10.0.0.1/8'", '[]', "['x']", 'null'].map((source) =>
    configuration(
      `has a condition on the address ${source}`,
      statement(
        `{ Effect: 'Allow', Action: '*', Resource: '*', Condition: { IpAddress: { 'aws:SourceIp': ${source} } } }`,
      ),
      "an address in a statement's Condition",
    ),
  ),
  configuration(
    'has an empty condition',
    statement("{ Effect: 'Allow', Action: '*', Resource: '*', Condition: {} }"),
    'Condition, which the local gateway cannot evaluate',
  ),
  configuration(
    'has a resource of 513 characters',
    statement("{ Effect: 'Allow', Action: '*', Resource: '*'.repeat(513) }"),
    '512 characters',
  ),
  ...[
    ['an object in the context', '{ a: {} }'],
    ['a list in the context', '{ a: [] }'],
    ['null in the context', '{ a: null }'],
    ['a context that is a text', "'a'"],
  ].map(([name, context]) =>
    configuration(
      `has ${name}`,
      `({ principalId: 'p', policyDocument: ${allowAll}, context: ${context} })`,
      'context',
    ),
  ),
  configuration(
    'returns more than 8 KB',
    `({ principalId: 'p', policyDocument: ${allowAll}, context: { a: 'x'.repeat(8192) } })`,
    '8192',
  ),
];

const authorizerOf = (table: readonly Row[]) => `
  const fail = (error) => { throw error; };
  const results = { ${table.map(({ result }, index) => `t${index}: (event) => ${result}`).join(',\n')} };
  export const handler = async (event) => results[event.headers['X-Token']](event);`;

describe('an authorizer that', () => {
  let api: Served;
  beforeAll(async () => {
    const Auth = { code: authorizerOf(rows), properties: { Timeout: 1 } };
    api = await serve({
      functions: { Auth, Echo: echo },
      methods: [{ route: 'GET /things', calls: 'Echo' }],
    });
  });

  test.each(rows.map((row, index) => ({ ...row, token: `t${index}` })))(
    '$name: $status $type',
    async ({ token, status, type, message, log }) => {
      const answer = await api.call('/things', { headers: { 'X-Token': token } });
      expect([answer.status, answer.outcome.decision]).toEqual([status, type]);
      if (message !== undefined) expect(answer.json).toEqual({ message });
      if (log !== undefined) expect(api.logs.at(-1)).toContain(log);
      expect(answer.headers['x-amzn-requestid']).toMatch(/^[\da-f-]{36}$/);
    },
  );

  test.each([
    ['no header', {}],
    ['an empty header', { 'X-Token': '' }],
  ])('is not called with %s: 401', async (_, headers) => {
    const answer = await api.call('/things', { headers });
    expect(answer.json).toEqual({ message: 'Unauthorized' });
    expect(answer.status).toBe(401);
    expect(answer.headers['x-amzn-errortype']).toBe('UnauthorizedException');
  });

  test('is not called for a method ARN over 1,600 bytes: 414', async () => {
    const answer = await api.call(`/things?${'a'.repeat(1600)}`, { headers: { 'X-Token': 't6' } });
    expect(answer.status).toBe(200);
    const api2 = await serve({
      functions: { Auth: trustingAuthorizer, Echo: echo },
      methods: [{ route: 'GET /{proxy+}', calls: 'Echo' }],
    });
    const long = await api2.call(`/${'a'.repeat(1600)}`, { headers: { 'X-Token': 'x' } });
    expect(long.status).toBe(414);
  });
});

/** An authorizer that counts its calls, and lets a token do what it says. */
const counting = `
let calls = 0;
export const handler = async (event) => {
  calls += 1;
  const token = event.headers['X-Token'] ?? '';
  if (token.startsWith('fault')) throw new Error('call ' + calls);
  const deny = token.startsWith('deny');
  const resource = token.startsWith('narrow') ? event.methodArn : '*';
  return {
    principalId: 'p' + calls,
    policyDocument: { Version: '2012-10-17', Statement: [
      { Effect: deny ? 'Deny' : 'Allow', Action: 'execute-api:Invoke', Resource: resource } ] },
    context: { calls, yes: true, no: false, text: 'a"b', half: 0.5 },
  };
};`;

const twoMethods: FixtureApp = {
  functions: { Auth: counting, Echo: echo },
  methods: [
    { route: 'GET /things', calls: 'Echo' },
    { route: 'POST /things', calls: 'Echo' },
  ],
};

describe('a cached result', () => {
  const call = (api: Served, token: string, method = 'GET') =>
    api.call('/things', { method, headers: { 'X-Token': token } });
  const calls = (answer: { json: { requestContext: { authorizer: { calls: string } } } }) =>
    answer.json.requestContext.authorizer.calls;

  test('serves the same token until its time is over', async () => {
    const api = await serve({ ...twoMethods, authorizer: { AuthorizerResultTtlInSeconds: 60 } });
    const first = await call(api, 'a');
    api.pass(59);
    const second = await call(api, 'a');
    api.pass(2);
    const third = await call(api, 'a');
    expect([first, second, third].map(calls)).toEqual(['1', '1', '2']);
    expect([first, second, third].map(({ outcome }) => outcome.decision)).toEqual([
      'authorized',
      'cached',
      'authorized',
    ]);
    expect(second.outcome.gatewayMs).toBeLessThan(second.outcome.totalMs);
  });

  test('is kept for 300 s unless the template says otherwise', async () => {
    const api = await serve(twoMethods);
    await call(api, 'a');
    api.pass(299);
    expect((await call(api, 'a')).outcome.decision).toBe('cached');
    api.pass(2);
    expect((await call(api, 'a')).outcome.decision).toBe('authorized');
  });

  test('is not there at all with a time to live of 0', async () => {
    const api = await serve({ ...twoMethods, authorizer: { AuthorizerResultTtlInSeconds: 0 } });
    expect(calls(await call(api, 'a'))).toBe('1');
    expect(calls(await call(api, 'a'))).toBe('2');
  });

  test('has one policy for all methods, so one for a single method refuses the others', async () => {
    const api = await serve(twoMethods);
    expect((await call(api, 'narrow')).status).toBe(200);
    expect((await call(api, 'narrow', 'POST')).status).toBe(403);
    expect((await call(api, 'broad')).status).toBe(200);
    expect((await call(api, 'broad', 'POST')).outcome.decision).toBe('cached');
  });

  test('can be a Deny; a fault is asked about again', async () => {
    const api = await serve(twoMethods);
    await call(api, 'deny');
    const again = await call(api, 'deny');
    expect([again.status, again.outcome.client]).toEqual([403, 'p1']);
    await call(api, 'fault');
    await call(api, 'fault');
    expect(api.logs).toEqual([
      'The authorizer failed: Error: call 2',
      'The authorizer failed: Error: call 3',
    ]);
  });

  test('does not serve a token that is sent twice', async () => {
    const api = await serve(twoMethods);
    await call(api, 'a');
    const twice = await api.call('/things', { headers: { 'X-Token': ['a', 'b'] } });
    expect(twice.outcome.decision).toBe('authorized');
  });
});

test('context values reach the function as strings, beside principalId', async () => {
  const api = await serve(twoMethods);
  const { json } = await api.call('/things', { headers: { 'X-Token': 'a' } });
  expect(json.requestContext.authorizer).toEqual({
    principalId: 'p1',
    integrationLatency: expect.any(Number),
    calls: '1',
    yes: 'true',
    no: 'false',
    text: 'a"b',
    half: '0.5',
  });
});

test('without time to live, a missing identity source is for the authorizer to judge', async () => {
  const authorizer = { AuthorizerResultTtlInSeconds: 0 };
  const Auth = `export const handler = async () => { throw new Error('Unauthorized'); };`;
  const Count = `export const handler = async () => { throw new Error('other'); };`;
  for (const [code, status] of [
    [Auth, 401],
    [Count, 500],
  ] as const) {
    const { Echo = '' } = twoMethods.functions;
    const api = await serve({ ...twoMethods, functions: { Auth: code, Echo }, authorizer });
    expect((await api.call('/things')).status).toBe(status);
  }
});

test('without identity sources and time to live, every request is asked about', async () => {
  const { Auth = '', Echo = '' } = twoMethods.functions;
  const authorizer = { IdentitySource: { Ref: 'AWS::NoValue' }, AuthorizerResultTtlInSeconds: '0' };
  const api = await serve({ ...twoMethods, functions: { Auth, Echo }, authorizer });
  const decisions = [await api.call('/things'), await api.call('/things')];
  expect(decisions.map(({ outcome }) => outcome.decision)).toEqual(['authorized', 'authorized']);
});

test('the cache drops the oldest result when it is full', () => {
  const cache = authorizerCache(2, () => 0);
  const result = { principalId: 'p', policy: [], context: {}, usageIdentifierKey: undefined };
  for (const key of ['a', 'b', 'a', 'c']) cache.set(key, result, 1);
  expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([true, false, true]);
});

test('an authorizer that the gateway has waited for too long is a failure', async () => {
  const Auth = 'export const handler = () => new Promise(() => setInterval(() => {}, 1000));';
  const api = await serve(
    { ...twoMethods, functions: { Auth, Echo: echo } },
    { authorizerTimeoutMs: 50 },
  );
  const answer = await api.call('/things', { headers: { 'X-Token': 'a' } });
  expect([answer.status, answer.outcome.decision]).toEqual([500, 'AUTHORIZER_FAILURE']);
});

test.each([
  ['a query parameter', 'method.request.querystring.key', '?key=a', {}, {}],
  ['a stage variable', 'stageVariables.color', '', {}, { Variables: { color: 'red' } }],
  ['a context variable', 'context.identity.sourceIp', '', {}, {}],
  ['a header in another case', 'method.request.header.x-key', '', { 'X-KEY': 'a' }, {}],
])('%s can be an identity source', async (_, IdentitySource, query, headers, stage) => {
  const api = await serve({ ...twoMethods, authorizer: { IdentitySource }, stage });
  const first = await api.call(`/things${query}`, { headers });
  const second = await api.call(`/things${query}`, { headers });
  expect([first.outcome.decision, second.outcome.decision]).toEqual(['authorized', 'cached']);
});

test('results are kept for each address where that is an identity source, too', async () => {
  const IdentitySource = 'method.request.header.X-Token,context.identity.sourceIp';
  const api = await serve({ ...twoMethods, authorizer: { IdentitySource } });
  const callFrom = async (localAddress: string, token: string) => {
    const options = { headers: { 'X-Token': token }, localAddress };
    const { status, json, outcome } = await api.call('/things', options);
    return [status, json.requestContext?.identity.sourceIp, outcome.decision];
  };
  expect(await callFrom('127.0.0.1', 'a')).toEqual([200, '127.0.0.1', 'authorized']);
  expect(await callFrom('127.0.0.2', 'a')).toEqual([200, '127.0.0.2', 'authorized']);
  expect(await callFrom('127.0.0.2', 'a')).toEqual([200, '127.0.0.2', 'cached']);
  expect(await callFrom('127.0.0.1', 'a')).toEqual([200, '127.0.0.1', 'cached']);
  expect(await callFrom('127.0.0.1', 'b')).toEqual([200, '127.0.0.1', 'authorized']);
  expect(await callFrom('127.0.0.1', '')).toEqual([401, undefined, 'UNAUTHORIZED']);
});

test('every one of several identity sources is needed', async () => {
  const IdentitySource = 'method.request.header.X-Token, method.request.querystring.key';
  const api = await serve({ ...twoMethods, authorizer: { IdentitySource } });
  expect((await api.call('/things', { headers: { 'X-Token': 'a' } })).status).toBe(401);
  expect((await api.call('/things?key=', { headers: { 'X-Token': 'a' } })).status).toBe(401);
  expect((await api.call('/things?key=b', { headers: { 'X-Token': 'a' } })).status).toBe(200);
});

test('the authorizer gets a REQUEST event', async () => {
  const Auth = `export const handler = async (event) => {
    console.log(JSON.stringify(event));
    throw new Error('Unauthorized');
  };`;
  const api = await serve({
    functions: { Auth, Echo: echo },
    methods: [{ route: 'GET /things/{id}', calls: 'Echo' }],
    stage: { Variables: { color: 'red' } },
  });
  await api.call('/things/a%20b?x=1&x=2', { headers: { 'X-Token': 'a' } });
  const event = JSON.parse(await eventually(() => api.output[0]));
  expect(event).toMatchObject({
    type: 'REQUEST',
    methodArn: expect.stringMatching(
      /^arn:aws:execute-api:eu-west-1:000000000000:\w{10}\/prod\/GET\/things\/a%20b$/,
    ),
    resource: '/things/{id}',
    path: '/things/a%20b',
    httpMethod: 'GET',
    headers: { 'X-Token': 'a' },
    multiValueHeaders: { 'X-Token': ['a'] },
    queryStringParameters: { x: '2' },
    multiValueQueryStringParameters: { x: ['1', '2'] },
    pathParameters: { id: 'a b' },
    stageVariables: { color: 'red' },
    requestContext: { stage: 'prod', path: '/prod/things/a%20b', resourcePath: '/things/{id}' },
  });
  expect(event).not.toHaveProperty('body');
});
