import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ApiRequest, type ApiResponse, callPatiently } from './client.ts';
import { conforming } from './conformance.ts';
import { limitCases } from './limit-cases.ts';
import { hasLowLimits, NO_LOW_LIMITS, openTarget, type Target } from './target.ts';

// A first call may have to start functions.
const TIMEOUT_MS = 30_000;

let target: Target;
let bravo: Client;
let plugin: Client;

const call = conforming(callPatiently, () => target.url);

type Client = (path: string, request?: ApiRequest) => Promise<ApiResponse>;

beforeAll(async () => {
  target = await openTarget(process.env);
  const as =
    (token: string): Client =>
    (path, { headers = [], ...request } = {}) =>
      call(target.url + path, { ...request, headers: [['X-API-Token', token], ...headers] });
  bravo = as(target.tokens.bravo);
  plugin = as(target.tokens.plugin);
}, TIMEOUT_MS);

afterAll(() => target.stop());

const JSON_TYPE = ['Content-Type', 'application/json'] as const;

const post = (body: unknown, ...headers: (readonly [string, string])[]): ApiRequest => ({
  method: 'POST',
  headers: [JSON_TYPE, ...headers],
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const job = (type = 'contract') => ({
  type,
  payload: { text: 'ünïcödé 🙂', n: 1.5, list: [null] },
});

const error = (text: unknown = expect.any(String)) => ({
  error: text,
  requestId: expect.stringMatching(/./),
});

describe('without a valid token', () => {
  const anonymous = (...headers: [string, string][]) => call(`${target.url}/jobs`, { headers });

  test.each<[string, () => [string, string][]]>([
    ['no header', () => []],
    ['an empty header', () => [['X-API-Token', '']]],
    ['an unknown token', () => [['X-API-Token', 'no-such-token']]],
    ['a token with one character more', () => [['X-API-Token', `${target.tokens.bravo}x`]]],
    ['a token that is too long', () => [['X-API-Token', 'x'.repeat(513)]]],
    ['a token in another header', () => [['X-Other', target.tokens.bravo]]],
    ['a token as a bearer token', () => [['Authorization', `Bearer ${target.tokens.bravo}`]]],
    [
      'a valid token twice',
      () => [
        ['X-API-Token', target.tokens.bravo],
        ['X-API-Token', target.tokens.bravo],
      ],
    ],
  ])('the answer is 401: %s', async (_, headers) => {
    const response = await anonymous(...headers());
    expect(response).toMatchObject({ status: 401, body: error('Missing or invalid API token') });
    expect(response.headers['www-authenticate']).toContain('ApiToken');
  });

  test('a refusal is not remembered against a valid token', async () => {
    expect(await anonymous(['X-API-Token', 'no-such-token'])).toMatchObject({ status: 401 });
    expect(await bravo('/jobs')).toMatchObject({ status: 200 });
  });
});

describe('with a valid token', () => {
  test.each(['x-api-token', 'X-API-TOKEN'])('the header may be spelled %s', async (name) => {
    const headers = [[name, target.tokens.bravo]] as const;
    expect(await call(`${target.url}/jobs`, { headers })).toMatchObject({ status: 200 });
  });

  test('one result serves every route, in any order', async () => {
    for (const [client, first] of [
      [bravo, 'POST'],
      [plugin, 'GET'],
    ] as const) {
      const calls = [() => client('/jobs', post(job())), () => client('/jobs')];
      if (first === 'GET') calls.reverse();
      for (const each of calls) expect([200, 201]).toContain((await each()).status);
    }
  });

  test.each([
    ['GET', '/nope'],
    ['GET', '/jobs/a/b'],
    ['DELETE', '/jobs'],
    ['PUT', '/jobs/1'],
  ])('%s %s is no route: 404', async (method, path) => {
    expect(await bravo(path, { method })).toMatchObject({
      status: 404,
      body: error('No such route'),
    });
  });
});

describe('POST /jobs', () => {
  test('creates a job, says where it is, and gives it back unchanged', async () => {
    const created = await bravo('/jobs', post(job()));
    expect(created).toMatchObject({
      status: 201,
      body: {
        ...job(),
        id: expect.any(String),
        status: 'queued',
        createdAt: expect.stringMatching(/Z$/),
      },
    });
    const location = new URL(String(created.headers.location), target.url);
    const headers = [['X-API-Token', target.tokens.bravo]] as const;
    expect(await call(location, { headers })).toMatchObject({ status: 200, body: created.body });
    expect(await bravo(`/jobs/${String(created.body.id)}`)).toMatchObject({ body: created.body });
  });

  test.each([
    ['malformed JSON', '{"type":'],
    ['no object', '[]'],
    ['no payload', { type: 'a' }],
    ['an empty type', { type: '', payload: {} }],
    ['a type that is too long', { type: 'x'.repeat(65), payload: {} }],
    ['a type that is a number', { type: 1, payload: {} }],
    ['a payload that is a list', { type: 'a', payload: [] }],
    ['an unknown field', { ...job(), owner: 'ae-plugin' }],
    ['a number that would be rounded', '{"type":"a","payload":{"n":9007199254740993}}'],
    ['a field twice', '{"type":"a","payload":{"n":1,"n":2}}'],
  ])('answers 400 to %s', async (_, body) => {
    expect(await bravo('/jobs', post(body))).toMatchObject({ status: 400, body: error() });
  });

  test('answers 400 without a body', async () => {
    expect(await bravo('/jobs', { method: 'POST', headers: [JSON_TYPE] })).toMatchObject({
      status: 400,
      body: error(),
    });
  });

  test('answers 415 to another media type', async () => {
    const headers = [['Content-Type', 'text/plain']] as const;
    expect(await bravo('/jobs', { ...post(job()), headers })).toMatchObject({
      status: 415,
      body: error('The Content-Type must be application/json'),
    });
  });

  test('answers 413 to a job that is larger than the table can hold', async () => {
    const payload = { text: 'x'.repeat(410_000) };
    expect(await bravo('/jobs', post({ type: 'a', payload }))).toMatchObject({
      status: 413,
      body: error(),
    });
  });
});

describe('an Idempotency-Key', () => {
  const key = () => ['Idempotency-Key', `contract ${randomUUID()}`] as const;

  test('makes a repeat return the first job', async () => {
    const request = post(job(), key());
    const first = await bravo('/jobs', request);
    expect(await bravo('/jobs', request)).toMatchObject({ status: 201, body: first.body });
  });

  test('makes the same of a body with its members in another order', async () => {
    const mine = key();
    const { type, payload } = job();
    const first = await bravo('/jobs', post({ type, payload }, mine));
    const { text, n, list } = payload;
    const other = { payload: { list, n, text }, type };
    expect(await bravo('/jobs', post(other, mine))).toMatchObject({
      status: 201,
      body: first.body,
    });
  });

  test('makes one job of requests that arrive at once', async () => {
    const request = post(job(), key());
    const responses = await Promise.all([1, 2, 3, 4].map(() => bravo('/jobs', request)));
    expect(responses.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(responses.map(({ body }) => body.id)).size).toBe(1);
  });

  test('with another body is 409', async () => {
    const mine = key();
    await bravo('/jobs', post(job('one'), mine));
    expect(await bravo('/jobs', post(job('two'), mine))).toMatchObject({
      status: 409,
      body: error(),
    });
  });

  test('belongs to its client', async () => {
    const mine = key();
    const first = await bravo('/jobs', post(job(), mine));
    const second = await plugin('/jobs', post(job(), mine));
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
  });

  test('that is too long is 400', async () => {
    const request = post(job(), ['Idempotency-Key', 'x'.repeat(256)]);
    expect(await bravo('/jobs', request)).toMatchObject({ status: 400, body: error() });
  });
});

describe('GET /jobs/{id}', () => {
  test("answers 404 to another client's job", async () => {
    const { body } = await bravo('/jobs', post(job()));
    expect(await plugin(`/jobs/${String(body.id)}`)).toMatchObject({
      status: 404,
      body: error('No such job'),
    });
  });

  test.each(['01890a5d-ac96-774b-bcce-b302099a8057', 'no-id', '%2e%2e'])(
    'answers 404 to %s',
    async (id) => {
      expect(await bravo(`/jobs/${id}`)).toMatchObject({ status: 404, body: error() });
    },
  );
});

describe('GET /jobs', () => {
  test("answers with this client's jobs, newest first, page by page", async () => {
    const created: unknown[] = [];
    for (const type of ['1', '2', '3'])
      created.unshift((await plugin('/jobs', post(job(type)))).body);
    await bravo('/jobs', post(job('of another client')));
    const first = await plugin('/jobs?limit=2');
    expect(first).toMatchObject({
      status: 200,
      body: { jobs: created.slice(0, 2), cursor: expect.any(String) },
    });
    const cursor = encodeURIComponent(String(first.body.cursor));
    const second = await plugin(`/jobs?limit=1&cursor=${cursor}`);
    expect(second).toMatchObject({ status: 200, body: { jobs: created.slice(2) } });
  });

  test.each(['limit=0', 'limit=101', 'limit=ten', 'limit=1&limit=2', 'cursor=nonsense'])(
    'answers 400 to ?%s',
    async (query) => {
      expect(await bravo(`/jobs?${query}`)).toMatchObject({ status: 400, body: error() });
    },
  );
});

test('an x-api-key of any value opens nothing, and changes nothing', async () => {
  for (const value of ['', 'x', 'bravo', 'a'.repeat(40), target.tokens.bravo]) {
    const headers = [['x-api-key', value]] as const;
    expect(await call(`${target.url}/jobs`, { headers })).toMatchObject({
      status: 401,
      body: error('Missing or invalid API token'),
    });
    expect(await bravo('/jobs', { headers })).toMatchObject({ status: 200 });
  }
});

if (hasLowLimits(process.env)) describe('a client is limited', () => limitCases(() => target));
else test.skip(NO_LOW_LIMITS, () => undefined);
