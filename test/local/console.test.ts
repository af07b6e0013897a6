import { get } from 'node:http';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { maxReaders } from '../../local/console/event-streams.ts';
import { maxRequests } from '../../local/console/request-log.ts';
import { ask, type Page } from './support/ask.ts';
import { eventually } from './support/eventually.ts';
import { echo, type FixtureApp } from './support/fixture-app.ts';
import { type Served, serve } from './support/serve.ts';
import { watch } from './support/watch.ts';

/** Knows `good-…` tokens, and logs as our own authorizer does. */
const authorizer = `export const handler = async ({ headers, methodArn, requestContext }) => {
  const token = headers['X-Token'];
  if (token === 'broken') throw new Error('fault');
  if (!token.startsWith('good-')) {
    const { requestId } = requestContext;
    console.log(JSON.stringify({ level: 'WARN', event: 'refused', reason: 'unknown_token', requestId }));
    throw new Error('Unauthorized');
  }
  const stage = methodArn.split('/').slice(0, 2).join('/');
  return { principalId: 'bravo', policyDocument: { Version: '2012-10-17', Statement: [
    { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: [stage + '/GET/things/*', stage + '/POST/things'] },
  ] } };
};`;

const app: FixtureApp = {
  functions: {
    Auth: authorizer,
    Echo: echo,
    Broken: `export const handler = async () => { throw new Error('broken'); };`,
  },
  methods: [
    { route: 'GET /things/{id}', calls: 'Echo' },
    { route: 'POST /things', calls: 'Echo' },
    { route: 'DELETE /things', calls: 'Echo' },
    { route: 'GET /open', calls: 'Echo', open: true },
    { route: 'GET /things/{id}/broken', calls: 'Broken' },
  ],
  outputs: {},
};

const token = 'good-eXaMpLe0123456789';
const known = { headers: { 'X-Token': token } };

describe('the stream of requests', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serve(app);
  });

  const latest = async (call: () => Promise<unknown>) => {
    const before = await watch(served.consoleUrl);
    const count = (before.events('requests')[0]?.requests ?? []).length;
    await call();
    const all = await before.requests(count + 1);
    before.leave();
    return all.at(-1);
  };

  test('begins with the URL of the API and a command without a token', async () => {
    const watcher = await watch(served.consoleUrl);
    await eventually(() => watcher.events('clients')[0]);
    expect(watcher.headers['content-type']).toBe('text/event-stream');
    expect(watcher.events('start')).toEqual([
      {
        resumed: false,
        startCommand: 'npm start',
        apis: [{ label: null, url: served.url }],
        example: `curl -X DELETE -H 'X-Token: …' '${served.url}/things'`,
      },
    ]);
  });

  test('has the policy that a request was judged by, and which of its resources match', async () => {
    const { headers } = known;
    const entry = await latest(() => served.call('/things/1', { headers }));
    const stage = /^arn:aws:execute-api:eu-west-1:0{12}:\w+\/prod$/;
    const prefix = entry?.policy?.methodArn.replace('/GET/things/{id}', '') ?? '';
    expect(prefix).toMatch(stage);
    expect(entry).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      time: expect.any(Number),
      api: null,
      method: 'GET',
      route: '/things/{id}',
      client: 'bravo',
      decision: 'allowed',
      type: null,
      reason: null,
      authorizer: 'called',
      status: 200,
      totalMs: expect.any(Number),
      authorizerMs: expect.any(Number),
      steps: [
        { step: 'request' },
        { step: 'route' },
        { step: 'identity', sources: [{ kind: 'header', name: 'X-Token', isPresent: true }] },
        { step: 'asked', ms: entry?.authorizerMs, keptForMs: 300_000 },
        { step: 'policy' },
        { step: 'validation', parameters: [], checksBody: false },
        { step: 'integration', type: 'AWS_PROXY', ms: expect.any(Number) },
      ],
      policy: {
        principal: 'bravo',
        methodArn: `${prefix}/GET/things/{id}`,
        verdict: 'allow',
        statements: [
          {
            effect: 'Allow',
            actions: ['execute-api:Invoke'],
            resources: [
              { pattern: `${prefix}/GET/things/*`, matches: true },
              { pattern: `${prefix}/POST/things`, matches: false },
            ],
          },
        ],
      },
    });
  });

  test.each([
    [
      'a cached result',
      '/things/2',
      'GET',
      token,
      { authorizer: 'cached', authorizerMs: null, client: 'bravo', decision: 'allowed' },
    ],
    [
      'a route without permission',
      '/things',
      'DELETE',
      token,
      {
        authorizer: 'cached',
        decision: 'refused',
        type: 'ACCESS_DENIED',
        client: 'bravo',
        policy: expect.objectContaining({ verdict: 'deny' }),
      },
    ],
    [
      'no token',
      '/things',
      'POST',
      '',
      {
        authorizer: 'not called',
        decision: 'refused',
        type: 'UNAUTHORIZED',
        reason: null,
        client: null,
        policy: null,
      },
    ],
    [
      'an open route',
      '/open',
      'GET',
      '',
      { authorizer: 'not called', decision: 'allowed', type: null, client: null, policy: null },
    ],
    [
      'no such route',
      '/secret-path',
      'GET',
      token,
      {
        route: null,
        decision: 'refused',
        type: 'MISSING_AUTHENTICATION_TOKEN',
        authorizer: 'not called',
      },
    ],
    [
      'a fault of the authorizer',
      '/things/1',
      'GET',
      'broken',
      { decision: 'failed', type: 'AUTHORIZER_FAILURE', authorizer: 'called', policy: null },
    ],
    [
      'a fault of the function',
      '/things/1/broken',
      'GET',
      token,
      { decision: 'failed', type: 'DEFAULT_5XX', status: 502, authorizer: 'cached' },
    ],
  ] as const)('says what became of %s', async (_, path, method, header, expected) => {
    const headers: Record<string, string> = header === '' ? {} : { 'X-Token': header };
    expect(await latest(() => served.call(path, { method, headers }))).toMatchObject(expected);
  });

  test("has the authorizer's own reason, which comes after the answer", async () => {
    const watcher = await watch(served.consoleUrl);
    await served.call('/things/1', { headers: { 'X-Token': 'nobody' } });
    const [entry] = await watcher.requests(1, ({ reason }) => reason === 'unknown_token');
    expect(entry).toMatchObject({ type: 'UNAUTHORIZED', authorizer: 'called', client: null });
    expect(entry?.authorizerMs).toBeGreaterThan(0);
  });

  test('goes on where a reader left it, and anew for a reader of another gateway', async () => {
    const fresh = await serve(app);
    const first = await watch(fresh.consoleUrl);
    await fresh.call('/open');
    await first.requests(1);
    const id = first.lastId() ?? '';
    first.leave();
    await fresh.call('/things/9', known);
    const resumed = await watch(fresh.consoleUrl, { 'Last-Event-ID': id });
    expect(await resumed.requests(1)).toMatchObject([{ route: '/things/{id}' }]);
    expect(resumed.events('start')).toMatchObject([{ resumed: true }]);
    const [run, change] = id.split('-');
    for (const other of [`00000000-${change}`, `${run}-999999`, `${run}-`, 'x'.repeat(5000)]) {
      const anew = await watch(fresh.consoleUrl, { 'Last-Event-ID': other });
      expect(await anew.requests(2)).toHaveLength(2);
      expect(anew.events('start')).toMatchObject([{ resumed: false }]);
      anew.leave();
    }
  });

  test('keeps the latest requests only, and counts all of them', async () => {
    const watcher = await watch(served.consoleUrl);
    await eventually(() => watcher.events('start')[0]);
    const before = watcher.events('requests').at(-1)?.total ?? 0;
    for (let i = 0; i < maxRequests + 5; i++) await served.call('/open');
    const late = await watch(served.consoleUrl);
    expect(await late.requests(1)).toHaveLength(maxRequests);
    expect(late.events('requests').at(-1)?.total).toBe(before + maxRequests + 5);
  });

  test('has no byte of a token, wherever the client puts it', async () => {
    const watcher = await watch(served.consoleUrl);
    const secret = 'good-sEcReT-sEcReT-sEcReT';
    const headers = { 'X-Token': secret };
    const calls = [
      served.call('/things/1', { headers }),
      served.call(`/things/${secret}`, { headers }),
      served.call(`/${secret}`, { headers }),
      served.call(`/things/1?key=${secret}`, { headers }),
      served.call('/things', { method: 'POST', headers, body: `{"token":"${secret}"}` }),
      served.call('/things', { method: 'DELETE', headers: { ...headers, 'x-api-key': secret } }),
      served.call('/things/1', { headers: { 'X-Token': `bad-${secret}` } }),
      served.call('/things/1', { headers: { 'X-Token': [secret, secret] } }),
      ask(served.url, `/${secret}/_console`),
      ask(served.url, `/_console/${secret}`),
      ask(served.url, `/_console?${secret}`),
      ask(served.url, '/_console', { headers: { host: secret } }),
    ];
    for (const answer of (await Promise.all(calls)).slice(-3)) {
      expect((answer as Page).text).not.toContain(secret);
    }
    await watcher.requests(9);
    await watcher.requests(1, ({ reason }) => reason !== null);
    const late = await watch(served.consoleUrl);
    await late.requests(9);
    expect(`${watcher.text()}${late.text()}`.toLowerCase()).not.toContain('secret-secret');
  });
});

describe('the console', () => {
  let served: Served;
  let url: string;
  beforeAll(async () => {
    served = await serve(app);
    url = served.consoleUrl;
  });
  const own = (host: string) => ({ headers: { host: host.replace('PORT', new URL(url).port) } });

  test('is a page that loads nothing from elsewhere and that no other page may use', async () => {
    for (const path of ['/_console', '/_console/', '/_console?x=1']) {
      const { status, headers, text } = await ask(url, path);
      expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toContain('<h1>Local gateway</h1>');
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'/,
      );
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('serves each file that it and its pages name, as what it is', async () => {
    const queue = ['/_console'];
    for (const path of queue) {
      const { status, headers, text } = await ask(url, path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['content-type']).toMatch(
        path.endsWith('.js')
          ? /^text\/javascript/
          : path.endsWith('.css')
            ? /^text\/css/
            : path.endsWith('.svg')
              ? /svg/
              : /^text\/html/,
      );
      for (const [, name] of text.matchAll(
        /(?: from '|(?:href|src)=")((?:\.|\/_console)[^'"]+)/g,
      )) {
        const { pathname } = new URL(name as string, `http://localhost${path}`);
        // Types are in comments.
        if (!pathname.endsWith('.ts') && !queue.includes(pathname)) queue.push(pathname);
      }
    }
    expect(queue).toEqual(
      expect.arrayContaining([
        '/_console/main.js',
        '/_console/words.js',
        '/_console/reference',
        '/_console/reference/mend.js',
      ]),
    );
  });

  test.each(['127.0.0.1:PORT', 'localhost:PORT', 'LOCALHOST:PORT', '[::1]:PORT'])(
    'answers who calls it %s',
    async (host) => {
      expect((await ask(url, '/_console', own(host))).status).toBe(200);
    },
  );

  test.each([
    'evil.example:PORT',
    '127.0.0.1',
    'localhost:1',
    'localhost:PORT.evil.example',
    'x@localhost:PORT',
    'localhost:PORT/',
    '127.0.0.1.evil.example:PORT',
    '0.0.0.0:PORT',
  ])('refuses a request for the host %p', async (host) => {
    for (const path of ['/_console', '/_console/events', '/_console/main.js']) {
      const { status, text } = await ask(url, path, own(host));
      expect([status, text]).toEqual([403, `The console is only at ${url}.\n`]);
    }
  });

  test('refuses two Host headers, and none', async () => {
    const { port } = new URL(url);
    const end = 'Connection: close\r\n\r\n';
    const host = `Host: localhost:${port}\r\n`;
    const send = (headers: string, version: string) =>
      served.send(`GET /_console HTTP/${version}\r\n${headers}${end}`);
    expect(await send(`${host}Host: evil.example\r\n`, '1.1')).toMatch(/^HTTP\/1\.1 4/);
    expect(await send('', '1.0')).toMatch(/^HTTP\/1\.1 403/);
    expect(await send(host, '1.1')).toMatch(/^HTTP\/1\.1 200/);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('does not take %s', async (method) => {
    const { status, headers } = await ask(url, '/_console', { method });
    expect([status, headers.allow]).toEqual([405, 'GET']);
  });

  test.each([
    '/_console/nothing',
    '/_console/../package.json',
    '/_console/..%2f..%2fpackage.json',
    '/_console/page/main.js',
    '/_console/main.js/',
    '/_console//main.js',
    '/_console/__proto__',
    '/_console/index.html%00',
  ])('has no page at %s', async (path) => {
    const { status, text } = await ask(url, path);
    expect([status, text]).toEqual([404, 'There is no such page: the console is at /_console.\n']);
  });

  test.each([
    '/prod/../_console',
    '/prod/_console',
    '//_console',
    '/_console%2f..',
    '/%5fconsole',
    '/_Console',
    '/_consoles',
    '/./_console',
    '/_console\\events',
    'http://127.0.0.1/_console',
  ])('is not at %s, which the gateway answers', async (path) => {
    const { headers } = await ask(url, path);
    expect(headers['x-amzn-requestid']).toEqual(expect.any(String));
  });

  test.each([
    ['cross-site', 403],
    ['same-site', 403],
    ['same-origin', 200],
  ])('a page that is %s gets %d for the events', async (site, expected) => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const options = { headers: { 'Sec-Fetch-Site': site }, agent: false };
    const outgoing = get(`${url}/events`, options, ({ statusCode }) => {
      resolve(statusCode);
      outgoing.destroy();
    });
    outgoing.on('error', reject);
    expect(await promise).toBe(expected);
  });

  test('has a bounded number of readers, and room again when one leaves', async () => {
    const many = Array.from({ length: maxReaders + 30 }, () => watch(url));
    const watchers = await Promise.all(many);
    expect(watchers.filter(({ status }) => status === 200)).toHaveLength(maxReaders);
    const refused = watchers.find(({ status }) => status === 503);
    expect(refused?.headers['retry-after']).toBe('5');
    for (const one of watchers) one.leave();
    let status = 503;
    for (let i = 0; i < 100 && status === 503; i++) ({ status } = await watch(url));
    expect(status).toBe(200);
  });

  test('ends its streams with the gateway', async () => {
    const other = await serve(app);
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    get(`${other.consoleUrl}/events`, { agent: false }, (incoming) => {
      incoming.on('close', () => resolve()).on('error', () => undefined);
      incoming.resume();
      void other.stop();
    }).on('error', () => undefined);
    await closed;
  });
});
