import { describe, expect, test } from '@jest/globals';
import { echo, type FixtureApp } from './support/fixture-app.ts';
import { type Served, serve } from './support/serve.ts';

/** An open method for each function, at `/<its name>`. */
function openApp(functions: Record<string, FixtureApp['functions'][string]>): FixtureApp {
  const methods = Object.keys(functions).map((name) => ({
    route: `ANY /${name}`,
    calls: name,
    open: true,
  }));
  return { functions, methods };
}

describe('the event of a function', () => {
  let served: Promise<Served> | undefined;
  const api = () => {
    served ??= serve({
      functions: { Echo: echo },
      methods: [
        { route: 'ANY /things/{id}', calls: 'Echo', open: true },
        { route: 'ANY /files/{proxy+}', calls: 'Echo', open: true },
        { route: 'POST /', calls: 'Echo', open: true },
      ],
      api: { BinaryMediaTypes: ['image/png'] },
    });
    return served;
  };
  const call = async (...args: Parameters<Served['call']>) =>
    (await (await api()).call(...args)).json;

  test('is that of a REST API', async () => {
    const event = await call('/things/a%2Fb%20c?x=1&x=2&y=a+b%26&z', {
      headers: { 'X-CamelCase': 'a', 'x-many': ['1', '2'], 'User-Agent': 'tester' },
    });
    expect(event).toMatchObject({
      resource: '/things/{id}',
      path: '/things/a%2Fb%20c',
      httpMethod: 'GET',
      queryStringParameters: { x: '2', y: 'a b&', z: '' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['a b&'], z: [''] },
      pathParameters: { id: 'a/b c' },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
      headers: { 'X-CamelCase': 'a', 'x-many': '2', 'X-Forwarded-For': '127.0.0.1' },
      multiValueHeaders: { 'X-CamelCase': ['a'], 'x-many': ['1', '2'] },
    });
    expect(event.headers).not.toHaveProperty('Connection');
    expect(event.requestContext).toMatchObject({
      accountId: '000000000000',
      apiId: expect.stringMatching(/^\w{10}$/),
      domainName: expect.stringMatching(/^\w{10}\.execute-api\.eu-west-1\.amazonaws\.com$/),
      httpMethod: 'GET',
      path: '/prod/things/a%2Fb%20c',
      protocol: 'HTTP/1.1',
      resourceId: expect.stringMatching(/^\w+$/),
      resourcePath: '/things/{id}',
      stage: 'prod',
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      requestTimeEpoch: expect.any(Number),
      identity: { sourceIp: '127.0.0.1', userAgent: 'tester', userArn: null },
    });
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  test('has null for what is not there', async () => {
    const event = await call('/', { method: 'POST', headers: { 'User-Agent': [] } });
    expect(event).toMatchObject({
      path: '/',
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      requestContext: { path: '/prod/', identity: { userAgent: null } },
    });
  });

  test('keeps a slash at the end of the path, which the route does not need', async () => {
    expect(await call('/things/a/')).toMatchObject({
      path: '/things/a/',
      pathParameters: { id: 'a' },
    });
  });

  test('has all of the path that a greedy parameter takes', async () => {
    expect(await call('/files/a/b%20c')).toMatchObject({ pathParameters: { proxy: 'a/b c' } });
  });

  test('has a text body as it is, in any content type', async () => {
    const headers = { 'Content-Type': 'not a/type;;' };
    expect(await call('/', { method: 'POST', headers, body: 'ä{' })).toMatchObject({
      body: 'ä{',
      isBase64Encoded: false,
    });
  });

  test('has a binary body in base64', async () => {
    const options = { method: 'POST', headers: { 'Content-Type': 'image/png; x=y' } };
    const body = Buffer.from([0xff, 0]);
    expect(await call('/', { ...options, body })).toMatchObject({
      body: '/wA=',
      isBase64Encoded: true,
    });
    expect(await call('/', options)).toMatchObject({ body: null, isBase64Encoded: false });
  });

  test('is not upset by names of Object.prototype', async () => {
    const event = await call('/things/1?__proto__=a&constructor=b', { headers: { toString: 'c' } });
    expect(JSON.stringify(event.queryStringParameters)).toBe('{"__proto__":"a","constructor":"b"}');
    expect(event.headers.toString).toBe('c');
  });
});

const returns = (expression: string) => `export const handler = async () => (${expression});`;

describe('the response of a function', () => {
  test('has its status, headers and body', async () => {
    const api = await serve(
      openApp({
        Full: returns(`{ statusCode: 201, body: '"ä"', headers: { Location: '/a', 'X-Number': 1, 'X-Flag': true,
          'X-Many': 'lost', 'Content-Type': 'text/plain', 'Transfer-Encoding': 'x', 'WWW-Authenticate': 'Basic' },
          multiValueHeaders: { 'x-many': ['a', 'b'], 'Set-Cookie': ['c', 'd'], 'X-Single': 'e' } }`),
        Bare: returns(`{ statusCode: '204', headers: null }`),
      }),
    );
    const full = await api.call('/Full');
    expect([full.status, full.json]).toEqual([201, 'ä']);
    expect(full.headers).toMatchObject({
      location: '/a',
      'x-number': '1',
      'x-flag': 'true',
      'x-many': 'a, b',
      'set-cookie': ['c', 'd'],
      'x-single': 'e',
      'content-type': 'text/plain',
      'x-amzn-remapped-www-authenticate': 'Basic',
    });
    expect(full.rawHeaders).toContain('Location');
    const bare = await api.call('/Bare');
    expect([bare.status, bare.text, bare.headers['content-type']]).toEqual([
      204,
      '',
      'application/json',
    ]);
    const head = await api.call('/Full', { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([201, '']);
  });

  test('is bytes when it is base64 and the client accepts a binary type', async () => {
    const app = openApp({
      Binary: returns(`{ statusCode: 200, isBase64Encoded: true, body: '/wA=' }`),
    });
    const api = await serve({ ...app, api: { BinaryMediaTypes: ['image/png', 'image/gif'] } });
    const accepting = await api.call('/Binary', {
      headers: { Accept: 'image/png, text/html;q=0.1' },
    });
    expect(accepting.text).toBe('\xff\x00');
    expect((await api.call('/Binary')).text).toBe('/wA=');
    const anything = await serve({ ...app, api: { BinaryMediaTypes: ['*/*'] } });
    expect((await anything.call('/Binary')).text).toBe('\xff\x00');
  });

  const malformed: readonly (readonly [name: string, code: string, log: string])[] = [
    ['nothing', returns('undefined'), 'not an object'],
    ['a text', returns("'hello'"), 'not an object'],
    ['no statusCode', returns("{ body: '' }"), 'statusCode'],
    ['statusCode 99', returns('{ statusCode: 99 }'), 'statusCode'],
    ['statusCode 200.5', returns('{ statusCode: 200.5 }'), 'statusCode'],
    ['statusCode "ok"', returns("{ statusCode: 'ok' }"), 'statusCode'],
    ['a body that is an object', returns('{ statusCode: 200, body: {} }'), 'body'],
    ['headers that are a text', returns("{ statusCode: 200, headers: 'a' }"), 'headers'],
    ['a header that is an object', returns('{ statusCode: 200, headers: { a: {} } }'), 'headers.a'],
    [
      'a header with a line break',
      returns("{ statusCode: 200, headers: { a: 'b\\r\\nc' } }"),
      '"a"',
    ],
    [
      'a header name with a space',
      returns("{ statusCode: 200, headers: { 'a b': 'c' } }"),
      '"a b"',
    ],
    ['a key that it does not know', returns('{ statusCode: 200, cookies: [] }'), 'cookies'],
    ['more than 6 MB', returns("{ statusCode: 200, body: 'x'.repeat(6 * 1024 * 1024) }"), '6 MB'],
    ['what JSON cannot hold', returns('{ statusCode: 200n }'), 'MarshalError'],
  ];
  const failing: typeof malformed = [
    [
      'an error',
      "export const handler = async () => { throw new RangeError('boom') };",
      'RangeError: boom',
    ],
    [
      'an error that is a text',
      "export const handler = async () => { throw 'boom' };",
      'string: boom',
    ],
    [
      'an error without async',
      "export const handler = () => { throw new Error('boom') };",
      'Error: boom',
    ],
    [
      'an error while it loads',
      "throw new TypeError('at load'); export const handler = 1;",
      'TypeError: at load',
    ],
    ['no handler', 'export const other = 1;', 'Runtime.HandlerNotFound'],
    [
      'a handler with a callback',
      'export const handler = (a, b, c) => c();',
      'CallbackHandlerDeprecated',
    ],
    [
      'a rejection of its own',
      'export const handler = () => new Promise(() => Promise.reject(new Error("own")));',
      'own',
    ],
    ['an end of the process', 'export const handler = () => process.exit(7);', 'exit status 7'],
  ];

  test.each([...malformed, ...failing])('that is %s is a 502', async (_, code, log) => {
    const api = await serve(openApp({ Bad: code }));
    const answer = await api.call('/Bad');
    expect([answer.status, answer.json]).toEqual([502, { message: 'Internal server error' }]);
    expect(api.logs.join('\n')).toContain(log);
    expect(answer.outcome.decision).toBe('DEFAULT_5XX');
  });
});

describe('a function that takes too long', () => {
  const slow = 'export const handler = () => new Promise(() => setInterval(() => {}, 1000));';

  test('by its own timeout is a 502', async () => {
    const api = await serve(openApp({ Slow: { code: slow, properties: { Timeout: 1 } } }));
    expect((await api.call('/Slow')).status).toBe(502);
    expect(api.logs[0]).toContain('Task timed out after 1.00 seconds');
  });

  test("by the integration's timeout is a 504", async () => {
    const Uri = {
      'Fn::Sub': `arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Slow.Arn}/invocations`,
    };
    const Integration = { Type: 'AWS_PROXY', Uri, TimeoutInMillis: 50 };
    const api = await serve({
      functions: { Slow: slow },
      methods: [{ route: 'GET /Slow', open: true, properties: { Integration } }],
    });
    const answer = await api.call('/Slow');
    expect([answer.status, answer.json]).toEqual([504, { message: 'Endpoint request timed out' }]);
  });
});

test('an event over 6 MB does not reach the function: 413', async () => {
  const api = await serve(openApp({ Echo: echo }));
  const answer = await api.call('/Echo', { method: 'POST', body: 'x'.repeat(6 * 1024 * 1024) });
  expect([answer.status, answer.json]).toEqual([413, { message: 'Request Too Long' }]);
  expect(api.logs[0]).toContain('RequestEntityTooLargeException');
});
