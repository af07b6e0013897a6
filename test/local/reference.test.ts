import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readAssembly } from '../../local/assembly/assembly.ts';
import type { DescribedApi } from '../../local/console/reference/described-apis.ts';
import { localDocument } from '../../local/console/reference/local-document.ts';
import { newReference } from '../../local/console/reference/reference.ts';
import { readServedApp } from '../../local/served-app.ts';
import { ask as askFor } from './support/ask.ts';
import { assemblyOfStacks, echo, type FixtureStack } from './support/fixture-app.ts';
import { type Served, serveAssembly } from './support/serve.ts';

const get = {
  operationId: 'list',
  tags: ['things'],
  servers: [{ url: 'https://elsewhere.example' }],
};
/** What is left of it. */
const local = { operationId: 'list', tags: ['things'], summary: 'GET /things' };

const id = { name: 'id', in: 'path', required: true, example: '1' };
const limit = { name: 'limit', in: 'query' };
/** Optional, with one example or with several. */
const cursor = { name: 'cursor', in: 'query', example: 'abc' };
const since = {
  name: 'since',
  in: 'query',
  examples: { today: { value: 'x' }, ref: { value: 1 } },
};

/** A document with servers wherever OpenAPI takes them. */
const documentOf = (title: string) => ({
  openapi: '3.1.0',
  info: { title, version: '1' },
  servers: [{ url: 'https://abcdefghij.execute-api.eu-west-1.amazonaws.com/prod' }],
  paths: {
    '/things': {
      summary: 'Things',
      servers: [{ url: '/' }],
      get,
      put: { tags: [], summary: 'Put' },
    },
  },
  components: {
    securitySchemes: { apiToken: { type: 'apiKey', in: 'header', name: 'X-Token' } },
    schemas: { Rack: { properties: { servers: { type: 'array' } } } },
    pathItems: { Shared: { servers: [], get } },
    parameters: { cursor },
  },
});

/** A document with parameters of a path and of an operation. */
const documentWithParameters = {
  ...documentOf('Parameters'),
  paths: { '/things/{id}': { parameters: [id, since], get: { parameters: [limit, cursor] } } },
};

const apiStack = (name: string, openApi: FixtureStack['openApi'] = []): FixtureStack => ({
  app: {
    functions: { Echo: echo },
    methods: [{ route: 'GET /things', calls: 'Echo', open: true }],
    api: { Name: name },
    resources: {
      Test: { Type: 'AWS::ApiGateway::Stage', Properties: { StageName: 'test' } },
    },
  },
  openApi,
});

/** Asks a port for a path below the console. */
const ask = (url: string, path: string, options?: object) =>
  askFor(url, `/_console/${path}`, options);

describe('the reference', () => {
  let served: Served;
  beforeAll(async () => {
    served = await serveAssembly(
      assemblyOfStacks({
        Jobs: apiStack('jobs', [documentOf('Jobs'), documentOf('Jobs for partners')]),
        Plain: apiStack('plain'),
        Wide: apiStack('wide', [documentWithParameters]),
      }),
    );
  });

  const json = async (url: string, path: string, options?: object) =>
    JSON.parse((await ask(url, path, options)).text) as unknown;
  const urlOf = (name: string) => {
    const found = served.stages.find(({ api }) => api.name === name);
    if (found === undefined) throw new Error(`no API ${name}`);
    return found.url;
  };
  const pageOf = (name: string) =>
    `http://127.0.0.1:${new URL(urlOf(name)).port}/_console/reference`;

  test.each(['reference', 'reference/', 'reference?a=b'])('is a page at %s', async (path) => {
    const { status, headers, text } = await ask(served.url, path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(text).toContain('<a href="/_console">');
  });

  test('loads and asks nothing but its own origin, and runs no code but files', async () => {
    const { headers } = await ask(served.url, 'reference');
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('leaves the stricter policy to the console, and to a path that there is not', async () => {
    for (const path of [
      '',
      'reference/none',
      'reference/2.json',
      'reference/../index.html',
      'referen',
    ]) {
      const { headers } = await ask(served.url, path);
      expect(headers['content-security-policy']).toContain("style-src 'self';");
    }
  });

  test.each([
    'reference/none',
    'reference/2.json',
    'reference/-1.json',
    'reference/0.json/',
    'reference/01.jso',
    'reference/../gateway-console.ts',
    'reference/%2e%2e/main.js',
    'references',
  ])('has no page at %s', async (path) => {
    expect(await ask(served.url, path)).toMatchObject({
      status: 404,
      text: 'There is no such page: the console is at /_console.\n',
    });
  });

  test('is for this machine only, and can only be read', async () => {
    for (const path of [
      'reference',
      'reference/start.json',
      'reference/0.json',
      'reference/viewer.js',
    ]) {
      expect(await ask(served.url, path, { headers: { Host: 'rebound.example' } })).toMatchObject({
        status: 403,
      });
      expect(await ask(served.url, path, { method: 'POST' })).toMatchObject({ status: 405 });
    }
  });

  test("serves the viewer's script", async () => {
    const { status, headers, text } = await ask(served.url, 'reference/viewer.js');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(text).toContain('createApiReference');
  });

  test("names the documents of the port's own API, and where the references of the others are", async () => {
    expect(await json(urlOf('jobs'), 'reference/start.json')).toEqual({
      documents: [
        { title: 'Jobs', url: '/_console/reference/0.json', scheme: 'apiToken' },
        { title: 'Jobs for partners', url: '/_console/reference/1.json', scheme: 'apiToken' },
      ],
      apis: [
        { name: 'jobs', url: null },
        { name: 'plain', url: pageOf('plain') },
        { name: 'wide', url: pageOf('wide') },
      ],
    });
    expect(await json(urlOf('plain'), 'reference/start.json')).toEqual({
      documents: [],
      apis: [
        { name: 'jobs', url: pageOf('jobs') },
        { name: 'plain', url: null },
        { name: 'wide', url: pageOf('wide') },
      ],
    });
    expect(await ask(urlOf('plain'), 'reference/0.json')).toMatchObject({ status: 404 });
  });

  test("has the API's stages on the page's own origin for servers, and no others", async () => {
    const { host } = new URL(urlOf('jobs'));
    const document = documentOf('Jobs for partners');
    expect(await json(urlOf('jobs'), 'reference/1.json')).toEqual({
      ...document,
      servers: [{ url: `http://${host}/prod` }, { url: `http://${host}/test` }],
      paths: {
        '/things': { summary: 'Things', get: local, put: { tags: ['Operations'], summary: 'Put' } },
      },
      components: {
        ...document.components,
        pathItems: { Shared: { get: { ...local, summary: 'GET Shared' } } },
        parameters: expect.anything(),
      },
    });
    const { port } = new URL(urlOf('jobs'));
    const headers = { Host: `localhost:${port}` };
    expect(await json(urlOf('jobs'), 'reference/0.json', { headers })).toMatchObject({
      servers: [{ url: `http://localhost:${port}/prod` }, { url: `http://localhost:${port}/test` }],
    });
    expect(await json(urlOf('jobs'), 'reference/start.json', { headers })).toMatchObject({
      apis: [
        {},
        {},
        { url: expect.stringMatching(/^http:\/\/localhost:\d+\/_console\/reference$/) },
      ],
    });
  });
});

test('the viewer sends no example of a parameter that may be left out, until somebody says so', () => {
  const off = (value: unknown) => ({ value, 'x-disabled': true });
  const offCursor = { name: 'cursor', in: 'query', examples: { example: off('abc') } };
  expect(localDocument(documentWithParameters, [])).toMatchObject({
    paths: {
      '/things/{id}': {
        parameters: [
          id,
          { name: 'since', in: 'query', examples: { today: off('x'), ref: off(1) } },
        ],
        get: { parameters: [limit, offCursor] },
      },
    },
    components: { parameters: { cursor: offCursor } },
  });
});

test('the reference has what the app says at the moment of the request', async () => {
  let apis: DescribedApi[] = [];
  const reference = newReference(() => apis);
  const answer = (path: string) => {
    const sent: unknown[] = [];
    const response = {
      setHeader: () => response,
      writeHead: () => response,
      end: (text: string) => sent.push(JSON.parse(text)),
    };
    const incoming = { headers: { host: '127.0.0.1:3000' }, socket: { localPort: 3000 } };
    return reference.answer(path, incoming as never, response as never) ? sent[0] : undefined;
  };
  expect(answer('reference/start.json')).toBeUndefined();
  const api = { name: 'jobs', port: 3000, stages: ['prod'] };
  apis = [{ ...api, documents: [] }];
  expect(answer('reference/start.json')).toMatchObject({ documents: [] });
  expect(answer('reference/0.json')).toBeUndefined();
  apis = [{ ...api, documents: [{ info: {} }] }];
  expect(answer('reference/start.json')).toMatchObject({
    documents: [{ title: 'jobs', scheme: null }],
  });
  expect(answer('reference/0.json')).toMatchObject({ info: {}, paths: {} });
  apis = [{ ...api, stages: ['live'], documents: [{ info: { title: 'New' } }] }];
  expect(answer('reference/0.json')).toMatchObject({
    info: { title: 'New' },
    servers: [{ url: 'http://127.0.0.1:3000/live' }],
  });
});

describe('the documents of an app', () => {
  const read = (folder: string, ...stackNames: string[]) =>
    readServedApp(readAssembly(folder), 'eu-west-1', stackNames).documents.map(
      ({ document }) => (document.info as { title: string }).title,
    );

  test('are those of the stacks that are served', () => {
    const folder = assemblyOfStacks({
      Jobs: apiStack('jobs', [documentOf('Jobs')]),
      Plain: apiStack('plain', [documentOf('Plain')]),
    });
    expect(read(folder)).toEqual(['Jobs', 'Plain']);
    expect(read(folder, 'Plain')).toEqual(['Plain']);
  });

  test('are none of an API that cannot be served', () => {
    const Body = { openapi: '3.0.1' };
    const odd = { functions: {}, methods: [], api: { Name: 'odd', Body } };
    const folder = assemblyOfStacks({
      Jobs: apiStack('jobs', [documentOf('Jobs')]),
      Odd: { app: odd, openApi: [documentOf('Odd')] },
    });
    expect(read(folder)).toEqual(['Jobs']);
  });

  test('are told apart where two stages have the same stack', () => {
    const stackNamed = (title: string) => ({
      ...apiStack('jobs', [documentOf(title)]),
      displayName: `${title}/Jobs`,
    });
    const folder = assemblyOfStacks({ Jobs: stackNamed('Dev') }, { Jobs: stackNamed('Prod') });
    expect(read(folder, 'Dev/Jobs')).toEqual(['Dev']);
    expect(read(folder, 'Prod/Jobs')).toEqual(['Prod']);
  });

  test('do not include one of an API that there is not, nor a file of another kind', () => {
    const folder = assemblyOfStacks({
      Jobs: apiStack('jobs', [{ ...documentOf('Gone'), restApi: 'Gone' }, documentOf('Jobs')]),
    });
    for (const [index, content] of [
      {},
      { stack: 'Jobs', document: {} },
      { stack: 'Jobs', restApi: 'Api', document: [] },
    ].entries()) {
      writeFileSync(join(folder, `other${index}.openapi.json`), JSON.stringify(content));
    }
    expect(read(folder)).toEqual(['Jobs']);
  });
});
