import { describe, expect, test } from '@jest/globals';
import { gatewayFor } from '../../local/api/gateway.ts';
import type { RestApi } from '../../local/api/rest-api.ts';
import { readAssembly } from '../../local/assembly/assembly.ts';
import { readServedApp } from '../../local/served-app.ts';
import { assemblyOf, echo, type FixtureApp, trustingAuthorizer } from './support/fixture-app.ts';
import { serve } from './support/serve.ts';

const app: FixtureApp = {
  functions: { Auth: trustingAuthorizer, Echo: echo },
  methods: [{ route: 'GET /things/{id}', calls: 'Echo' }],
};

const response = (ResponseType: string, Properties: object) => ({
  [`Response${ResponseType}`]: {
    Type: 'AWS::ApiGateway::GatewayResponse',
    Properties: { RestApiId: { Ref: 'Api' }, ResponseType, ...Properties },
  },
});

const json = (template: string) => ({ ResponseTemplates: { 'application/json': template } });

describe('a gateway response of the template', () => {
  test('gives status code, headers and body', async () => {
    const api = await serve({
      ...app,
      stage: { Variables: { color: 'red' } },
      resources: response('UNAUTHORIZED', {
        StatusCode: '418',
        ResponseParameters: {
          'gatewayresponse.header.WWW-Authenticate': `'ApiToken header="X-Token"'`,
          'gatewayresponse.header.X-Path': 'method.request.path.id',
          'gatewayresponse.header.X-Query': 'method.request.querystring.q',
          'gatewayresponse.header.X-Agent': 'method.request.header.user-agent',
          'gatewayresponse.header.X-Stage': 'context.stage',
          'gatewayresponse.header.X-Color': 'stageVariables.color',
          'gatewayresponse.header.X-None': 'method.request.header.None',
        },
        ...json(
          '{"m":$context.error.messageString,"t":"$context.error.responseType","s":"$context.stage",' +
            '"p":"$context.path","r":"$context.resourcePath","c":"$stageVariables.color",' +
            '"none":"$context.authorizer.principalId$context.identity.user","v":"$util.x"}',
        ),
      }),
    });
    const answer = await api.call('/things/a%20b?q=%22', { headers: { 'User-Agent': 'tester' } });
    expect(answer.status).toBe(418);
    expect(answer.json).toEqual({
      m: 'Unauthorized',
      t: 'UNAUTHORIZED',
      s: 'prod',
      p: '/prod/things/a%20b',
      r: '/things/{id}',
      c: 'red',
      none: '',
      v: '$util.x',
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'www-authenticate': 'ApiToken header="X-Token"',
      'x-path': 'a b',
      'x-query': '"',
      'x-agent': 'tester',
      'x-stage': 'prod',
      'x-color': 'red',
      'x-amzn-errortype': 'UnauthorizedException',
    });
    expect(answer.headers).not.toHaveProperty('x-none');
  });

  test('may have another content type, and put its own headers in place of the usual ones', async () => {
    const api = await serve({
      ...app,
      resources: response('UNAUTHORIZED', {
        ResponseTemplates: { 'text/plain': 'no $context.error.message' },
        ResponseParameters: { 'gatewayresponse.header.x-amzn-errortype': "'Mine'" },
      }),
    });
    const answer = await api.call('/things/1');
    expect([answer.text, answer.headers['content-type']]).toEqual([
      'no Unauthorized',
      'text/plain',
    ]);
    expect(answer.headers['x-amzn-errortype']).toBe('Mine');
  });

  test('leaves out headers that it cannot send, or that come from what it has not read', async () => {
    const api = await serve({
      ...app,
      resources: {
        ...response('UNAUTHORIZED', {
          ResponseParameters: { 'gatewayresponse.header.X-Path': 'method.request.path.id' },
        }),
        ...response('DEFAULT_4XX', {
          ResponseParameters: { 'gatewayresponse.header.X-Query': 'method.request.querystring.q' },
        }),
      },
    });
    const broken = await api.call('/things/a%0d%0ab');
    expect([broken.status, broken.headers['x-path']]).toEqual([401, undefined]);
    const large = await api.call('/things/a?q=1', { headers: { A: 'x'.repeat(10_240) } });
    expect([large.status, large.headers['x-query']]).toEqual([431, undefined]);
  });

  test('knows who was refused after the authorizer has answered', async () => {
    const Auth = `export const handler = async () => ({ principalId: 'bravo', context: { team: 'b' },
      policyDocument: { Statement: [] } });`;
    const api = await serve({
      functions: { Auth, Echo: echo },
      methods: app.methods,
      resources: response(
        'ACCESS_DENIED',
        json('"$context.authorizer.principalId $context.authorizer.team $context.status"'),
      ),
    });
    const answer = await api.call('/things/1', { headers: { 'X-Token': 'a' } });
    expect([answer.json, answer.outcome.client]).toEqual(['bravo b 403', 'bravo']);
  });
});

describe('a type that the template leaves out', () => {
  const defaults = {
    ...response('DEFAULT_4XX', {
      ...json('{"error":$context.error.messageString}'),
      ResponseParameters: { 'gatewayresponse.header.X-Default': "'4'" },
    }),
    ...response('DEFAULT_5XX', json('{"fault":$context.error.messageString}')),
  };

  test('takes the default of its hundred, and keeps its status code', async () => {
    const Auth = "export const handler = async () => { throw new Error('x') };";
    const api = await serve({ ...app, functions: { Auth, Echo: echo }, resources: defaults });
    const unauthorized = await api.call('/things/1');
    expect([unauthorized.status, unauthorized.json]).toEqual([401, { error: 'Unauthorized' }]);
    expect(unauthorized.headers['x-default']).toBe('4');
    const unknown = await api.call('/nothing');
    expect([unknown.status, unknown.json]).toEqual([
      403,
      { error: 'Missing Authentication Token' },
    ]);
    const fault = await api.call('/things/1', { headers: { 'X-Token': 'a' } });
    expect([fault.status, fault.json]).toEqual([500, { fault: null }]);
  });

  test('takes the status code of the default, too, when that has one', async () => {
    const api = await serve({ ...app, resources: response('DEFAULT_4XX', { StatusCode: '499' }) });
    const answer = await api.call('/things/1');
    expect([answer.status, answer.json]).toEqual([499, { message: 'Unauthorized' }]);
  });
});

describe('the gateway by itself', () => {
  test.each([
    ['an unknown route', 'GET /nothing', 403, 'Missing Authentication Token'],
    [
      'a method that the resource does not have',
      'PUT /things/1',
      403,
      'Missing Authentication Token',
    ],
    ['a path with a broken escape', 'GET /things/%zz', 400, 'Bad Request'],
    ['a query with a broken escape', 'GET /things/1?a=%e0%a4', 400, 'Bad Request'],
    ['no path parameter', 'GET /things//', 403, 'Missing Authentication Token'],
    ['an unusual method', 'PROPFIND /things/1', 403, 'Missing Authentication Token'],
  ])('answers %s', async (_, route, status, message) => {
    const [method = '', path = ''] = route.split(' ');
    const answer = await shared().then((api) => api.call(path, { method }));
    expect([answer.status, answer.json]).toEqual([status, { message }]);
  });

  let served: ReturnType<typeof serve> | undefined;
  const shared = () => {
    served ??= serve(app);
    return served;
  };

  const get = (target: string, more = '') =>
    `GET ${target} HTTP/1.1\r\nHost: HERE\r\nConnection: close\r\n${more}\r\n`;

  test.each([
    ['another stage', get('/dev/things/1'), 403, '{"message":"Forbidden"}'],
    ['no stage', get('/'), 403, '{"message":"Forbidden"}'],
    [
      'an asterisk',
      `OPTIONS * HTTP/1.1\r\nHost: HERE\r\nConnection: close\r\n\r\n`,
      403,
      'Forbidden',
    ],
    ['an absolute URL', get('http://x/prod/things/1'), 401, 'Unauthorized'],
    ['a target of bytes', get('/prod/things/\xff\x9b'), 400, 'Bad Request'],
    ['a method that does not exist', 'NONSENSE /prod HTTP/1.1\r\n\r\n', 400, 'Bad Request'],
    ['something else than HTTP', '\x00\x01\x02\r\n\r\n', 400, 'Bad Request'],
    [
      'headers over 10,240 bytes',
      get('/prod/things/1', `A: ${'x'.repeat(10_240)}\r\n`),
      431,
      'Too Large',
    ],
    ['headers over 64 KB', get('/prod', `A: ${'x'.repeat(70_000)}\r\n`), 431, 'Too Large'],
  ])('answers %s', async (_, bytes, status, text) => {
    const api = await shared();
    const answer = await api.send(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(text);
    expect(answer).toMatch(/x-amzn-requestid: [\da-f-]{36}/i);
    expect(answer).not.toMatch(/\bat .*\.ts/);
  });

  test('answers a body over the limit with 413, and ends the connection', async () => {
    const api = await serve(app, { maxBodyBytes: 10 });
    const answer = await api.call('/things/1', { method: 'POST', body: 'x'.repeat(1_000_000) });
    expect([answer.status, answer.json]).toEqual([413, { message: 'Request Too Long' }]);
    expect(answer.headers.connection).toBe('close');
  });

  test('says that the fault is its own, and not what it is, when something unforeseen happens', async () => {
    const logs: string[] = [];
    const served = readServedApp(readAssembly(assemblyOf(app)), 'eu-west-1');
    const gateway = gatewayFor(served.apis[0] as RestApi, {
      invoke: () => Promise.reject(new Error('secret detail')),
      now: () => 0,
      log: (text) => logs.push(text),
      authorizerTimeoutMs: 1,
    });
    const { response: answer } = await gateway.handle({
      method: 'GET',
      target: '/prod/things/1',
      headers: [['X-Token', 'a']],
      body: Buffer.alloc(0),
      sourceIp: '',
      port: 0,
      httpVersion: '1.1',
    });
    expect([answer.statusCode, answer.body.toString()]).toEqual([
      500,
      '{"message":"Internal server error"}',
    ]);
    expect(logs).toEqual(['The local gateway failed: secret detail']);
  });

  test('goes on after a client that hangs up in the middle of its body', async () => {
    const api = await shared();
    const { host, port } = new URL(api.url);
    const half = `POST /prod/things/1 HTTP/1.1
Host: ${host}
Content-Length: 10
Expect: 100-continue

abc`;
    const { connect } = await import('node:net');
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(half);
    // It has read the headers when it asks for the body.
    socket.once('data', () => socket.resetAndDestroy());
    await new Promise((resolve) => socket.on('close', resolve));
    expect((await api.call('/things/1')).status).toBe(401);
  });
});
