import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findRoute } from '../../local/api/request/route.ts';
import type { Method, Resource } from '../../local/api/rest-api.ts';
import { echo, type FixtureApp } from './support/fixture-app.ts';
import { type Served, serve } from './support/serve.ts';

const open = (route: string, properties: object = {}) => ({
  route,
  calls: 'Echo',
  open: true,
  properties: { ...properties },
});

describe('a route', () => {
  let api: Served;
  beforeAll(async () => {
    api = await serve({
      functions: { Echo: echo },
      methods: [
        open('GET /{proxy+}'),
        open('GET /a/{id}'),
        open('GET /a/b'),
        open('ANY /a/b'),
        open('GET /a/{id}/c'),
        open('POST /a/{rest+}'),
      ],
    });
  });

  test.each([
    ['a literal before a parameter', 'GET /a/b', '/a/b'],
    [
      'no literal that is percent-encoded, since a policy is matched against it as it is',
      'GET /a/%62',
      '/a/{id}',
    ],
    ['a parameter before a greedy one', 'GET /a/x', '/a/{id}'],
    ['a parameter with more behind it', 'GET /a/x/c', '/a/{id}/c'],
    ['a greedy parameter when nothing else fits', 'GET /a/x/d', '/{proxy+}'],
    ['a method of its own before ANY', 'GET /a/b/', '/a/b'],
    ['ANY', 'DELETE /a/b', '/a/b'],
    ['the resource that has the method', 'POST /a/x/y', '/a/{rest+}'],
  ])('is %s', async (_, route, resource) => {
    const [method = '', path = ''] = route.split(' ');
    expect((await api.call(path, { method })).json.resource).toBe(resource);
  });

  test.each(['//', '//a/b', '/a//b', '/a/b//'])(
    'is not there for an empty segment: %s',
    async (path) => {
      expect((await api.call(path)).status).toBe(403);
    },
  );

  test('is not there for the root without a method', async () => {
    expect((await api.call('/')).status).toBe(403);
  });

  const part = fc.constantFrom('a', 'b', '{x}', '{y+}');
  const path = fc.array(part, { maxLength: 3 }).map((parts) => {
    const greedy = parts.indexOf('{y+}');
    return greedy < 0 ? parts : parts.slice(0, greedy + 1);
  });
  const verb = fc.constantFrom('GET', 'POST');

  test('property: is the most specific path that has the method, or ANY', () => {
    const methods = fc.uniqueArray(fc.constantFrom('GET', 'POST', 'ANY'));
    const resource = fc.tuple(path, methods);
    const resources = fc.uniqueArray(resource, {
      selector: ([parts]) => parts.join('/'),
      maxLength: 6,
    });
    const segments = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 });
    fc.assert(
      fc.property(resources, segments, verb, (all, request, method) => {
        const target = `/${request.join('/')}`;
        // A text that sorts as paths win: a literal, a parameter, a greedy one.
        const order = (parts: readonly string[]) =>
          parts.map((one) => (one === '{y+}' ? '3' : one === '{x}' ? '2' : '1')).join('');
        const [wanted] = all
          .filter(([parts]) => {
            const pattern = parts.map((one) => one.replace('{x}', '[^/]+').replace('{y+}', '.+'));
            return new RegExp(`^/${pattern.join('/')}$`).test(target);
          })
          .filter(([, has]) => has.includes(method) || has.includes('ANY'))
          .toSorted(([a], [b]) => (order(a) < order(b) ? -1 : 1));
        const found = findRoute(
          all.map(([parts, has]) => ({
            id: '',
            path: `/${parts.join('/')}`,
            parts,
            methods: new Map(has.map((name) => [name, { name } as unknown as Method])),
          })),
          method,
          target,
        );
        expect(found?.resource.parts).toEqual(wanted?.[0]);
        const name = wanted?.[1].includes(method) ? method : 'ANY';
        if (found !== undefined) expect(found.method).toEqual({ name });
      }),
      { numRuns: 1000 },
    );
  });

  test('property: the order of resources makes no difference', () => {
    const resources = fc.uniqueArray(path, { selector: (parts) => parts.join('/'), maxLength: 6 });
    const request = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 4 });
    fc.assert(
      fc.property(resources, request, (paths, segments) => {
        const all = paths.map(
          (parts): Resource => ({
            id: '',
            path: parts.join('/'),
            parts,
            methods: new Map([['GET', {} as Method]]),
          }),
        );
        const target = `/${segments.join('/')}`;
        const found = findRoute(all, 'GET', target);
        expect(findRoute(all.toReversed(), 'GET', target)).toEqual(found);
        if (paths.some((parts) => parts.join() === segments.join())) {
          expect(found?.resource.parts).toEqual(segments);
        }
      }),
    );
  });
});

const mock = (Integration: object) => ({ Integration: { Type: 'MOCK', ...Integration } });

describe('a route as others measured it on AWS', () => {
  let api: Served;
  beforeAll(async () => {
    api = await serve({
      functions: { Echo: echo },
      methods: [
        open('GET /users/{userId}'),
        open('PATCH /users/me'),
        open('POST /roles/provision'),
        open('GET /roles/{roleId}'),
        open('GET /things/real'),
        open('ANY /things/{proxy+}'),
        open('GET /jobs/{operation}'),
        open('OPTIONS /jobs'),
        open('GET /cors'),
      ],
    });
  });

  // floci-io/floci#3399 and ministackorg/ministack#1423 show the requests and answers.
  test.each([
    ['GET /users/me', '/users/{userId}'],
    ['PATCH /users/me', '/users/me'],
    ['GET /users/abc123', '/users/{userId}'],
    ['POST /roles/provision', '/roles/provision'],
    ['GET /roles/provision', '/roles/{roleId}'],
    ['GET /things/real', '/things/real'],
    ['POST /things/real', '/things/{proxy+}'],
    ['GET /jobs/reboot', '/jobs/{operation}'],
  ])('%s is served by %s', async (request, resource) => {
    const [method = '', path = ''] = request.split(' ');
    expect((await api.call(path, { method })).json.resource).toBe(resource);
  });

  test.each(['POST /users/me', 'GET /jobs', 'POST /cors', 'PROPFIND /things/real'])(
    '%s is none',
    async (request) => {
      const [method = '', path = ''] = request.split(' ');
      const { status, json } = await api.call(path, { method });
      expect([status, json]).toEqual([403, { message: 'Missing Authentication Token' }]);
    },
  );
});

describe('a mock integration', () => {
  const preflight = mock({
    RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
    IntegrationResponses: [
      {
        StatusCode: '204',
        ResponseParameters: {
          'method.response.header.Access-Control-Allow-Origin': "'*'",
          'method.response.header.Vary': "'Origin'",
        },
      },
      {
        StatusCode: '503',
        SelectionPattern: '5\\d{2}',
        ResponseTemplates: { 'application/json': '{"stage":"$context.stage"}' },
      },
    ],
  });
  const integration = preflight.Integration;

  test.each<[string, object, object, number, string]>([
    ['answers a CORS preflight', preflight, {}, 204, ''],
    [
      'selects a response by its pattern',
      mock({ ...integration, RequestTemplates: { 'application/json': '{"statusCode": "500"}' } }),
      {},
      503,
      '{"stage":"prod"}',
    ],
    [
      'takes a template without a status code for a 500',
      mock({ ...integration, RequestTemplates: { 'application/json': '{}' } }),
      {},
      503,
      '{"stage":"prod"}',
    ],
    ['passes another content type', preflight, { 'Content-Type': 'text/plain' }, 204, ''],
    [
      'refuses another content type when it is told to',
      mock({ ...integration, PassthroughBehavior: 'NEVER' }),
      { 'Content-Type': 'text/plain' },
      415,
      '{"message":"Unsupported Media Type"}',
    ],
    [
      'refuses another content type than its templates have',
      mock({ ...integration, PassthroughBehavior: 'WHEN_NO_TEMPLATES' }),
      { 'Content-Type': 'text/plain' },
      415,
      '{"message":"Unsupported Media Type"}',
    ],
    [
      'passes any content type when it has no templates',
      mock({
        IntegrationResponses: [{ StatusCode: 200 }],
        PassthroughBehavior: 'WHEN_NO_TEMPLATES',
      }),
      {},
      200,
      '',
    ],
    [
      'fails without a response that fits',
      mock({}),
      {},
      500,
      '{"message":"Internal server error"}',
    ],
  ])('%s', async (_, properties, headers, status, text) => {
    const api = await serve({
      functions: {},
      methods: [{ route: 'OPTIONS /things', open: true, properties: { ...properties } }],
    });
    const answer = await api.call('/things', { method: 'OPTIONS', headers: { ...headers } });
    expect([answer.status, answer.text]).toEqual([status, text]);
    if (status === 204) {
      expect(answer.headers).toMatchObject({ 'access-control-allow-origin': '*', vary: 'Origin' });
      expect(answer.outcome.decision).toBe('open');
    }
  });
});

describe('what is not supported is a problem at the start:', () => {
  const app: FixtureApp = { functions: { Auth: echo, Echo: echo }, methods: [open('GET /a')] };
  const method = (properties: object): FixtureApp => ({
    ...app,
    methods: [open('GET /a', properties)],
  });
  const velocity = '#set($a = 1)';

  test.each<[string, FixtureApp, string]>([
    [
      'an HTTP integration',
      method({ Integration: { Type: 'HTTP' } }),
      'method Method0: integrations of type HTTP',
    ],
    [
      'a service integration',
      method({ Integration: { Type: 'AWS_PROXY', Uri: 'arn:aws:s3' } }),
      'does not call a Lambda function',
    ],
    [
      'a function elsewhere',
      method({
        Integration: {
          Type: 'AWS_PROXY',
          Uri: 'x/functions/arn:aws:lambda:1:2:function:f/invocations',
        },
      }),
      'is in no stack that is served',
    ],
    [
      'Velocity in a mock',
      method(mock({ RequestTemplates: { 'application/json': velocity } })),
      'Velocity',
    ],
    ['IAM authorization', method({ AuthorizationType: 'AWS_IAM' }), 'authorization type AWS_IAM'],
    [
      'a missing authorizer',
      method({ AuthorizationType: 'CUSTOM' }),
      'its authorizer is not one of this API',
    ],
    [
      'a TOKEN authorizer',
      { ...app, authorizer: { Type: 'TOKEN' } },
      'authorizer Authorizer: type TOKEN',
    ],
    [
      'an unknown identity source',
      { ...app, authorizer: { IdentitySource: 'method.request.body' } },
      '"method.request.body" is not',
    ],
    [
      'a context variable that no request has here, as an identity source',
      { ...app, authorizer: { IdentitySource: 'context.identity.vpcId' } },
      'authorizer Authorizer: the identity source "context.identity.vpcId" is not supported here.',
    ],
    [
      'a part of the path as an identity source',
      { ...app, authorizer: { IdentitySource: 'method.request.path.id' } },
      '"method.request.path.id" is no identity source',
    ],
    ['an OpenAPI document', { ...app, api: { Body: {} } }, 'OpenAPI'],
    ['no stage', { ...app, resources: { Stage: { Type: 'Custom::Stage' } } }, 'has no stage'],
    [
      'a runtime other than Node.js',
      {
        ...app,
        functions: { Auth: echo, Echo: { code: '', properties: { Runtime: 'python3.13' } } },
      },
      'function Echo: its runtime is python3.13',
    ],
    [
      'a stage with a name that no stage has',
      { ...app, stage: { StageName: 'a.b' } },
      'stage a.b: its name may have',
    ],
    [
      'code that is no asset',
      {
        ...app,
        functions: { Auth: echo, Echo: { code: '', properties: { Code: { S3Key: 'x' } } } },
      },
      'not a folder among',
    ],
    [
      'an environment over 4 KB',
      {
        ...app,
        functions: {
          Auth: echo,
          Echo: { code: '', properties: { Environment: { Variables: { A: 'x'.repeat(4089) } } } },
        },
      },
      'takes 4097 bytes',
    ],
  ])('%s', async (_, fixture, message) => {
    await expect(serve(fixture)).rejects.toThrow(message);
  });
});
