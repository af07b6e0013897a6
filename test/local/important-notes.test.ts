import { deflateSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { echo, trustingAuthorizer } from './support/fixture-app.ts';
import { type Call, type Served, serve } from './support/serve.ts';

/** What the API Gateway Developer Guide's "Amazon API Gateway important notes" say of requests. */

const mock = {
  Type: 'MOCK',
  RequestTemplates: { 'application/json': '{ "statusCode": 200 }' },
  IntegrationResponses: [{ StatusCode: 204 }],
};

const headersBack = `export const handler = async () => ({ statusCode: 200, headers: {
  Authorization: 'a', 'Content-MD5': 'b', Date: 'c', 'Max-Forwards': 'd', Server: 'e', 'User-Agent': 'f',
  Expect: 'g', Host: 'h', 'Proxy-Authenticate': 'i', TE: 'j', Via: 'k', 'Content-Length': '1',
  Age: 'l', Pragma: 'm', Warn: 'n' }, body: 'abc' });`;

let api: Served;
beforeAll(async () => {
  api = await serve({
    functions: { Auth: trustingAuthorizer, Echo: echo, Headers: headersBack },
    methods: [
      { route: 'GET /things', calls: 'Echo' },
      { route: 'POST /things', calls: 'Echo' },
      { route: 'ANY /any', calls: 'Echo' },
      {
        route: 'POST /model',
        calls: 'Echo',
        properties: {
          RequestValidatorId: { Ref: 'Validator' },
          RequestModels: { 'application/json': { Ref: 'Thing' } },
        },
      },
      { route: 'GET /things/{id}', calls: 'Echo' },
      { route: 'GET /headers', calls: 'Headers' },
      { route: 'GET /mock', open: true, properties: { Integration: mock } },
    ],
    api: { MinimumCompressionSize: 20, BinaryMediaTypes: ['image/*', 'application~1pdf'] },
    resources: {
      Validator: {
        Type: 'AWS::ApiGateway::RequestValidator',
        Properties: { ValidateRequestBody: true },
      },
      Thing: {
        Type: 'AWS::ApiGateway::Model',
        Properties: { Schema: { type: 'object', required: ['text'] } },
      },
      TooLarge: {
        Type: 'AWS::ApiGateway::GatewayResponse',
        Properties: {
          ResponseType: 'REQUEST_TOO_LARGE',
          StatusCode: '400',
          ResponseTemplates: { 'application/json': '{"own":true}' },
        },
      },
      BadBody: {
        Type: 'AWS::ApiGateway::GatewayResponse',
        Properties: {
          ResponseType: 'BAD_REQUEST_BODY',
          ResponseTemplates: {
            'application/json': '{"error":"$context.error.validationErrorString"}',
          },
        },
      },
    },
  });
});

const call = (path: string, { headers, ...rest }: Call = {}) =>
  api.call(path, { ...rest, headers: { 'X-Token': 'alpha', ...headers } });
const post = (body: Buffer | string, headers: Record<string, string> = {}, path = '/things') =>
  call(path, { method: 'POST', headers, body });

describe('a query string', () => {
  test.each([
    ['a=1;b=2', { a: ['1'], b: ['2'] }],
    ['a=1;a=2&a=3', { a: ['1', '2', '3'] }],
    ['a=1;2', { a: ['1'], 2: [''] }],
    ['a=1%3B2', { a: ['1;2'] }],
    ['a=%7C%7B%7D', { a: ['|{}'] }],
    [';&;', null],
  ])('%s is %j', async (query, parameters) => {
    const { json } = await call(`/things?${query}`);
    expect(json.multiValueQueryStringParameters).toEqual(parameters);
  });

  test.each(['a=|', 'a={', 'a=}', 'a=%', 'a=%FF'])('%s is refused', async (query) => {
    const bytes = `GET /prod/things?${query} HTTP/1.1\r\nHost: HERE\r\nX-Token: alpha\r\n`;
    const answer = await api.send(`${bytes}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('{"message":"Bad Request"}');
  });
});

describe('X-HTTP-Method-Override', () => {
  test('takes the place of the method, for the authorizer, the route and the function', async () => {
    const headers = { 'x-http-method-override': 'post' };
    const { json, outcome } = await call('/things', { method: 'GET', headers });
    expect(json.httpMethod).toBe('POST');
    expect(json.requestContext.httpMethod).toBe('POST');
    expect(Object.keys(json.headers).join()).not.toMatch(/override/i);
    expect(outcome.authorization?.methodArn).toMatch(/\/prod\/POST\/things$/);
    expect(outcome.method).toBe('POST');
  });

  test.each(['DELETE', 'ANY', 'NONSENSE', '', 'GET,POST'])('%p is no method', async (value) => {
    const headers = { 'X-HTTP-Method-Override': value };
    expect((await call('/things', { method: 'POST', headers })).status).toBe(403);
  });

  test('reaches ANY with the methods that it stands for, and no others', async () => {
    const status = async (value: string) =>
      (await call('/any', { headers: { 'X-HTTP-Method-Override': value } })).status;
    expect(await status('DELETE')).toBe(200);
    expect(await status('TRACE')).toBe(403);
    expect(await status('*')).toBe(403);
  });
});

describe('a body', () => {
  test.each(['image/png', 'IMAGE/x', 'application/pdf'])('of %s is binary', async (type) => {
    const { json } = await post(Buffer.from([0xff, 0]), { 'Content-Type': type });
    expect([json.isBase64Encoded, json.body]).toEqual([true, '/wA=']);
  });

  test.each(['text/plain', 'imagery/png', 'application/json', ''])(
    'of %p that is not UTF-8 is refused, and never changed',
    async (type) => {
      const { status, json } = await post(Buffer.from('"\xff"', 'latin1'), {
        'Content-Type': type,
      });
      expect([status, json]).toEqual([400, { error: 'The request body is not UTF-8' }]);
    },
  );

  test('that has the replacement character is UTF-8', async () => {
    expect((await post('"\ufffd"')).json.body).toBe('"\ufffd"');
  });

  const text = JSON.stringify({ text: 'x'.repeat(200) });

  test.each<[string, Buffer]>([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', Buffer.from(text)],
  ])('in %s arrives without it, with its header', async (coding, body) => {
    const { json } = await post(body, { 'Content-Encoding': coding }, '/model');
    expect(json.body).toBe(text);
    expect(json.headers['Content-Encoding']).toBe(coding);
  });

  test.each<[string, string, Buffer]>([
    ['in another coding', 'br', Buffer.from(text)],
    ['in two codings', 'gzip, gzip', gzipSync(gzipSync(text))],
    ['that is not in its coding', 'gzip', Buffer.from(text)],
    ['that is cut off', 'gzip', gzipSync(text).subarray(0, 25)],
  ])('%s is a 415', async (_, coding, body) => {
    const { status, json } = await post(body, { 'Content-Encoding': coding });
    expect([status, json]).toEqual([415, { message: 'Unsupported Media Type' }]);
  });

  test('below the minimum compression size is left as it is', async () => {
    const { json } = await post('short', { 'Content-Encoding': 'gzip' });
    expect(json.body).toBe('short');
  });

  test('that is larger than 10 MB without its coding is a 413, which no API can change', async () => {
    const body = gzipSync(Buffer.alloc(10 * 1024 * 1024 + 1, 'x'));
    const { status, json } = await post(body, { 'Content-Encoding': 'gzip' });
    expect([status, json]).toEqual([413, { message: 'Request Too Long' }]);
  });

  test('with an empty Content-Type is taken for JSON, and validated', async () => {
    expect((await post('{}', { 'Content-Type': '' }, '/model')).status).toBe(400);
    expect((await post('{}', { 'Content-Type': ' ; charset=utf-8' }, '/model')).status).toBe(400);
  });
});

describe('a path', () => {
  test('with a slash at its end has the same route, and keeps the slash', async () => {
    const { json, outcome } = await call('/things/');
    expect([json.resource, json.path, json.requestContext.path]).toEqual([
      '/things',
      '/things/',
      '/prod/things/',
    ]);
    expect(outcome.authorization?.methodArn).toMatch(/\/prod\/GET\/things\/$/);
  });

  test('with %2F is one parameter, which arrives decoded; the path does not', async () => {
    const { json, outcome } = await call('/things/a%2Fb%2525');
    expect(outcome.authorization?.methodArn).toMatch(/\/prod\/GET\/things\/a%2Fb%2525$/);
    expect([json.resource, json.pathParameters, json.path]).toEqual([
      '/things/{id}',
      { id: 'a/b%25' },
      '/things/a%2Fb%2525',
    ]);
  });
});

describe('headers', () => {
  test('of a request arrive as the table of the developer guide has them', async () => {
    const dropped = [
      'Content-MD5',
      'Max-Forwards',
      'Proxy-Authenticate',
      'Server',
      'TE',
      'WWW-Authenticate',
    ];
    const kept = ['Age', 'Accept', 'Accept-Charset', 'Authorization', 'Date', 'Pragma', 'Range'];
    const names = [...dropped, ...kept, 'Referer', 'User-Agent', 'Via', 'Warn'];
    const headers = Object.fromEntries(names.map((name) => [name, 'x']));
    const { json } = await call('/things', { headers });
    for (const name of kept) expect([name, json.headers[name]]).toEqual([name, 'x']);
    for (const name of dropped) expect(json.headers).not.toHaveProperty(name);
  });

  test('of a response are dropped or renamed as the table has them', async () => {
    const { headers, text } = await call('/headers');
    expect(text).toBe('abc');
    expect(headers).toMatchObject({
      'x-amzn-remapped-authorization': 'a',
      'x-amzn-remapped-content-md5': 'b',
      'x-amzn-remapped-date': 'c',
      'x-amzn-remapped-max-forwards': 'd',
      'x-amzn-remapped-server': 'e',
      'x-amzn-remapped-user-agent': 'f',
      age: 'l',
      pragma: 'm',
      warn: 'n',
    });
    for (const name of ['expect', 'host', 'proxy-authenticate', 'te', 'via', 'server']) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  test('of every response have a content type', async () => {
    const { status, headers } = await call('/mock');
    expect([status, headers['content-type']]).toEqual([204, 'application/json']);
  });
});
