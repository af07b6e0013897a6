import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiRequest, type ApiResponse, call } from '../../contract/client.ts';
import { openTarget, type Target } from './target.ts';

// What API Gateway does, as its documentation has it: docs/fidelity.md names the page of each.

const TIMEOUT_MS = 30_000;

let target: Target;

beforeAll(async () => {
  target = await openTarget(process.env);
}, TIMEOUT_MS);

afterAll(() => target.stop());

/** A token that nobody has sent before; its first word is what the authorizer does. */
const tokenFor = (what: string) => `${what}.${randomUUID()}`;

const send = (route: string, headers: ApiRequest['headers'] = [], body?: string) => {
  const [method = '', path = ''] = route.split(' ');
  return call(target.url + path, { method, headers, ...(body !== undefined && { body }) });
};

const sendAs = (token: string, route = 'GET /echo') => send(route, [['X-Token', token]]);

/** What the functions behind `echo` and `open` got. */
const eventOf = ({ body }: ApiResponse) => body as Record<string, Record<string, unknown>>;

const contextOf = (response: ApiResponse) =>
  eventOf(response).requestContext?.authorizer as Record<string, string>;

/** How often the authorizer was asked about a token. */
const callsFor = async (token: string) => (await send(`GET /calls?token=${token}`)).body.calls;

const refusal = (status: number, type: string) => ({ status, headers: { 'x-type': type } });

describe('an authorizer', () => {
  test.each([
    ['is missing', []],
    ['is empty', [['X-Token', '']]],
  ] as const)('is not called when its identity source %s: 401', async (_, headers) => {
    expect(await send('GET /echo', headers)).toMatchObject(refusal(401, 'UNAUTHORIZED'));
  });

  test.each([
    ['throws Unauthorized', 'unauthorized', 401, 'UNAUTHORIZED'],
    ['throws another error', 'error', 500, 'AUTHORIZER_FAILURE'],
    ['takes too long', 'slow', 500, 'AUTHORIZER_FAILURE'],
    ['returns nothing', 'nothing', 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
    ['returns no policy', 'policyless', 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
    ['returns an HTTP response', 'http', 500, 'AUTHORIZER_CONFIGURATION_ERROR'],
    ['denies', 'deny', 403, 'ACCESS_DENIED'],
    ['allows something else', 'elsewhere', 403, 'ACCESS_DENIED'],
  ])('that %s', async (_, what, status, type) => {
    expect(await sendAs(tokenFor(what))).toMatchObject(refusal(status, type));
  });

  test.each([
    ['an object', 'nested'],
    ['a list', 'list'],
  ])('that returns %s in the context is a fault: 500', async (_, what) => {
    expect(await sendAs(tokenFor(what))).toMatchObject({ status: 500 });
  });

  test.each([
    ['a * in a policy crosses slashes', 'crossing', 'GET /echo/1', 200],
    ['a * in a policy stands for no other method', 'crossing', 'POST /echo', 403],
    ['a ? in a policy is one character', 'character', 'GET /echo', 200],
    ['a ? in a policy is no more than one', 'character', 'GET /echo/1', 403],
  ])('%s', async (_, what, route, status) => {
    expect(await sendAs(tokenFor(what), route)).toMatchObject({ status });
  });

  test('gets the ARN of the method', async () => {
    const { methodArn } = contextOf(await sendAs(tokenFor('allow'), 'GET /echo/1'));
    expect(methodArn).toMatch(
      /^arn:aws:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+\/prod\/GET\/echo\/1$/,
    );
  });

  test('gets header names as the client wrote them', async () => {
    const response = await send('GET /echo', [['x-tOKEN', tokenFor('allow')]]);
    expect(JSON.parse(contextOf(response).headers ?? '')).toHaveProperty('x-tOKEN');
  });

  test('gets every value of a header', async () => {
    const tokens = [tokenFor('allow'), tokenFor('allow')];
    const response = await send(
      'GET /uncached',
      tokens.map((token) => ['X-Token', token] as const),
    );
    const headers = JSON.parse(contextOf(response).headers ?? '') as Record<string, string[]>;
    const [values] = Object.entries(headers)
      .filter(([name]) => name.toLowerCase() === 'x-token')
      .map(([, value]) => value);
    expect(values).toEqual(tokens);
  });

  test('gives the function its context as strings, and who it is', async () => {
    expect(contextOf(await sendAs(tokenFor('allow')))).toMatchObject({
      principalId: 'someone',
      number: '1.5',
      boolean: 'true',
      text: 'ä "quoted" text',
    });
  });
});

describe('a result of an authorizer', () => {
  const statuses = async (token: string, ...routes: string[]) => {
    const found: number[] = [];
    for (const route of routes) found.push((await sendAs(token, route)).status);
    return found;
  };

  test('is kept for its token', async () => {
    const token = tokenFor('allow');
    expect(await statuses(token, 'GET /echo', 'GET /echo', 'POST /echo')).toEqual([200, 200, 200]);
    expect(await callsFor(token)).toBe(1);
  });

  test('has one policy for all methods: one for a single method refuses the others', async () => {
    const token = tokenFor('method');
    expect(await statuses(token, 'GET /echo', 'POST /echo', 'GET /echo')).toEqual([200, 403, 200]);
    expect(await callsFor(token)).toBe(1);
  });

  test('is kept if it is a Deny, too', async () => {
    const token = tokenFor('deny');
    expect(await statuses(token, 'GET /echo', 'GET /echo')).toEqual([403, 403]);
    expect(await callsFor(token)).toBe(1);
  });

  test.each(['unauthorized', 'error', 'policyless'])(
    'is not kept if there is none: %s',
    async (what) => {
      const until = Date.now() + 500;
      const token = `${tokenFor(what)}.${until}`;
      expect((await sendAs(token)).status).toBeGreaterThan(400);
      await delay(until - Date.now());
      expect((await sendAs(token)).status).toBe(200);
    },
  );

  test('is not kept with a time to live of 0', async () => {
    const token = tokenFor('allow');
    expect(await statuses(token, 'GET /uncached', 'GET /uncached')).toEqual([200, 200]);
    expect(await callsFor(token)).toBe(2);
  });
});

describe('the event of a function', () => {
  const event = async (...request: Parameters<typeof send>) => eventOf(await send(...request));

  test('has header names as the client wrote them', async () => {
    expect((await event('GET /open', [['x-sPELLED', 'a']])).headers).toHaveProperty('x-sPELLED');
  });

  test('has the last value of a repeated header, and all of them', async () => {
    const { headers = {}, multiValueHeaders = {} } = await event('GET /open', [
      ['x-twice', 'a'],
      ['x-twice', 'b'],
    ]);
    expect([headers['x-twice'], multiValueHeaders['x-twice']]).toEqual(['b', ['a', 'b']]);
  });

  test('has all values of a repeated parameter', async () => {
    const { multiValueQueryStringParameters } = await event('GET /open?a=1&a=2&b=%20');
    expect(multiValueQueryStringParameters).toEqual({ a: ['1', '2'], b: [' '] });
  });

  test('has the last value of a repeated parameter by itself', async () => {
    expect((await event('GET /open?a=1&a=2')).queryStringParameters).toEqual({ a: '2' });
  });

  test('has the path parameters', async () => {
    const { pathParameters, resource } = await event('GET /open/1');
    expect([pathParameters, resource]).toEqual([{ id: '1' }, '/open/{id}']);
  });

  test('has the path with the stage in the context, and without it outside', async () => {
    const { path, requestContext } = await event('GET /open/1');
    expect([path, requestContext?.path, requestContext?.stage]).toEqual([
      '/open/1',
      '/prod/open/1',
      'prod',
    ]);
  });

  test('has null for what is not there', async () => {
    expect(await event('GET /open')).toMatchObject({
      body: null,
      pathParameters: null,
      queryStringParameters: null,
      stageVariables: null,
      isBase64Encoded: false,
    });
  });

  test('has the body as text', async () => {
    const { body } = await event('POST /open', [['Content-Type', 'application/json']], '{"ä":1}');
    expect(body).toBe('{"ä":1}');
  });
});

describe('the response of a function', () => {
  test('has its status and headers', async () => {
    const { status, headers } = await send('GET /open?answer=headers');
    expect([status, headers['x-single'], headers['x-multi']]).toEqual([201, 'a', 'a, b']);
  });

  test('is a 502 without a status code', async () => {
    expect(await send('GET /open?answer=malformed')).toMatchObject(refusal(502, 'DEFAULT_5XX'));
  });

  test('is a 502 if there is none, and does not tell why', async () => {
    const response = await send('GET /open?answer=error');
    expect(response).toMatchObject(refusal(502, 'DEFAULT_5XX'));
    expect(JSON.stringify(response.body)).not.toContain('secret detail');
  });
});

describe('a gateway response', () => {
  test.each(['GET /nowhere', 'DELETE /echo'])(
    'that is not there takes its default: %s',
    async (route) => {
      expect(await send(route)).toMatchObject({
        ...refusal(403, 'DEFAULT_4XX'),
        body: { message: 'Missing Authentication Token' },
      });
    },
  );

  test('has the message with its quotes', async () => {
    expect(await sendAs(tokenFor('unauthorized'))).toMatchObject({
      body: { message: 'Unauthorized' },
    });
  });
});

describe('request validation', () => {
  const post = async (query: string, contentType: string | undefined, body: string) => {
    const response = await fetch(`${target.url}/validated${query}`, {
      method: 'POST',
      headers: {
        'X-Token': tokenFor('allow'),
        ...(contentType !== undefined && { 'Content-Type': contentType }),
      },
      body: Buffer.from(body),
    });
    const { status, headers } = response;
    return { status, type: headers.get('x-type'), text: await response.text() };
  };

  test('lets a good request pass', async () => {
    expect(await post('?needed=1', 'application/json', '{"name":1}')).toMatchObject({
      status: 200,
    });
  });

  test('names a parameter that is missing', async () => {
    const { text, ...response } = await post('', 'application/json', '{"name":1}');
    expect(response).toEqual({ status: 400, type: 'BAD_REQUEST_PARAMETERS' });
    expect(JSON.parse(text)).toEqual({
      message: 'Missing required request parameters: [needed]',
    });
  });

  test('refuses a body that does not fit the model', async () => {
    expect(await post('?needed=1', 'application/json', '{}')).toMatchObject({
      status: 400,
      type: 'BAD_REQUEST_BODY',
    });
  });

  test('says what does not fit', async () => {
    expect((await post('?needed=1', 'application/json', '{}')).text).toContain('name');
  });

  test('takes a body without a content type for JSON', async () => {
    expect(await post('?needed=1', undefined, '{}')).toMatchObject({ type: 'BAD_REQUEST_BODY' });
  });

  test('leaves a body alone whose content type has no model', async () => {
    expect(await post('?needed=1', 'text/plain', '{}')).toMatchObject({ status: 200 });
  });

  test('comes after authorization', async () => {
    expect(await sendAs(tokenFor('deny'), 'POST /validated')).toMatchObject({ status: 403 });
  });
});
