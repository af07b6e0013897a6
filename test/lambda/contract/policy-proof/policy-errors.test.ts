import { describe, expect, test } from '@jest/globals';
import type { Permission } from '../../../../lambda/contract/access/permission.ts';
import { policyErrors } from '../../../../lambda/contract/policy-proof/policy-errors.ts';
import type { ApiMethods } from '../../../../lambda/contract/policy-proof/rest-method.ts';
import type { ClientProps } from '../../../../lib/authorizer/clients/client-props.ts';

const client = (...permissions: Permission[]): ClientProps => ({
  name: 'reader',
  environmentVariable: 'API_TOKEN_READER',
  permissions,
});

/** `GET /jobs` guarded by somebody else, or `GET /jobs job.read` by us. */
const apiOf = (...lines: string[]): ApiMethods => ({
  name: 'Test/Api',
  isHttpApi: false,
  methods: lines.map((line) => {
    const [httpMethod = '', resourcePath = '', permission] = line.split(' ');
    return {
      httpMethod,
      resourcePath,
      ...(permission !== undefined && { permission: permission as Permission }),
    };
  }),
});

const httpApiOf = (...lines: string[]): ApiMethods => ({ ...apiOf(...lines), isHttpApi: true });

const errorsOf = (...lines: string[]) =>
  policyErrors([client('job.read')], [apiOf(...lines)]).map((error) =>
    error.replace(
      /^client reader has no permission for (.*), but.* also matches (.*), so .*$/,
      '$1: $2',
    ),
  );

test('the sentence names the client, the closed method and a request that would reach it', () => {
  expect(
    policyErrors(
      [client('job.read')],
      [apiOf('GET /jobs/{id} job.read', 'GET /jobs/{id}/secrets secret.read')],
    ),
  ).toEqual([
    'client reader has no permission for GET /jobs/{id}/secrets, but its policy would open it: GET/jobs/?* also matches GET /jobs/1/secrets, so give the client secret.read, or one of the two routes another path',
  ]);
});

describe('a policy is refused that opens', () => {
  test.each<[string, string[], string[]]>([
    [
      'a literal behind a parameter that is the value of another',
      [
        'GET /orders/{id}/logs job.read',
        'GET /orders/{id}/tasks/{task} task.read',
        'GET /orders/{path+} order.read',
      ],
      [
        'GET /orders/{id}/tasks/{task}: GET /orders/1/tasks/logs',
        'GET /orders/{path+}: GET /orders/1/1/logs',
      ],
    ],
    [
      'a greedy parameter behind which it looks open',
      ['GET /files/{id}/meta job.read', 'ANY /files/{proxy+} file.write'],
      ['ANY /files/{proxy+}: GET /files/1/1/meta'],
    ],
    [
      'a literal that is also a value',
      ['GET /jobs/{id} job.read', 'GET /jobs/latest job.latest'],
      ['GET /jobs/latest: GET /jobs/latest'],
    ],
    [
      'a greedy parameter beside a parameter',
      ['GET /a/{x} job.read', 'GET /a/{x+} a.all'],
      ['GET /a/{x+}: GET /a/1/1'],
    ],
    [
      'a method that requests fall through to, where the more specific resource lacks their verb',
      ['POST /users/me', 'GET /users/{id} user.read', 'GET /{any}/me job.read'],
      ['GET /users/{id}: GET /users/me'],
    ],
    [
      'a path of which each segment is a literal elsewhere',
      ['POST /{a}/x/{b}/y job.read', 'POST /logs/{path+} log.write'],
      ['POST /logs/{path+}: POST /logs/x/1/y'],
    ],
    [
      'a value beside the number that the example would have',
      ['GET /{id} job.read', 'GET /{id}/1 one.read'],
      ['GET /{id}/1: GET /2/1'],
    ],
  ])('%s', (_, lines, errors) => {
    expect(errorsOf(...lines)).toEqual(errors);
  });
});

describe('a policy passes where no request leaks:', () => {
  test.each<[string, string[]]>([
    ['a collection beside its items', ['GET /jobs job.list', 'GET /jobs/{id} job.read']],
    ['an item beside its collection', ['GET /jobs job.read', 'GET /jobs/{id} job.item']],
    ['the root beside items', ['GET / root.read', 'GET /{id} job.read']],
    ['other verbs', ['GET /jobs/{id} job.read', 'DELETE /jobs/{id}/{part} job.delete']],
    [
      'an action on an item, which reading it does not open',
      ['GET /jobs/{id} job.item', 'GET /jobs/{id}/logs job.read'],
    ],
    ['ANY open, and a verb closed', ['ANY /jobs job.read', 'DELETE /jobs job.delete']],
    ['a verb open, and ANY closed', ['GET /jobs job.read', 'ANY /jobs job.write']],
    [
      'ANY on a literal, whose verbs cross no slash',
      ['ANY /jobs job.read', 'POST /logs/logs/{v}/{v} log.write'],
    ],
    ['ANY on the root', ['ANY / job.read', 'GET /items item.read', 'GET /items/{id} item.read']],
    [
      'a slash at the end, which a value has not',
      ['GET /items/{id} job.read', 'GET /items item.list'],
    ],
    [
      'a greedy parameter beside all other paths',
      ['ANY /files/{path+} job.read', 'ANY /{proxy+} admin.all', 'ANY / admin.all'],
    ],
    [
      'a literal that takes the only path that would leak',
      ['GET /{a}/logs job.read', 'GET /jobs/{id} job.item', 'GET /jobs/logs'],
    ],
    [
      'a parameter whose every value another resource takes',
      ['GET /a/{x}/{y} job.read', 'GET /a/{x+} a.all', 'GET /a/{x}/{y+}'],
    ],
  ])('%s', (_, lines) => {
    expect(errorsOf(...lines)).toEqual([]);
  });
});

test('a client that leaks into many methods gets five sentences, and how many more there are', () => {
  const closed = Array.from({ length: 8 }, (_, index) => ({
    httpMethod: 'GET',
    resourcePath: `/jobs/part${index}`,
    permission: 'job.part' as const,
  }));
  const open = { httpMethod: 'GET', resourcePath: '/jobs/{id}', permission: 'job.read' as const };
  const bravo = {
    name: 'bravo',
    environmentVariable: 'API_TOKEN_BRAVO',
    permissions: ['job.read' as const],
  };
  const errors = policyErrors([bravo], [{ ...apiOf(), methods: [open, ...closed] }]);
  expect(errors).toHaveLength(6);
  expect(errors.at(-1)).toBe('and 3 more of this kind for client bravo');
});

test('a permission opens no route of an API that asks for none', () => {
  const bravo = {
    name: 'bravo',
    environmentVariable: 'API_TOKEN_BRAVO',
    permissions: ['job.read' as const],
  };
  expect(policyErrors([bravo], [apiOf()])).toEqual([
    'permission job.read of client bravo opens no route: no method of the API asks for a permission, so call protect()',
  ]);
});

describe('of several APIs', () => {
  const apis = [
    { ...apiOf('GET /jobs/{id} job.read'), name: 'Test/Jobs' },
    { ...apiOf('GET /{any} report.read', 'GET /audit audit.read'), name: 'Test/Reports' },
  ];

  test('a permission that one of them asks for is not idle', () => {
    expect(policyErrors([client('job.read')], apis)).toEqual([]);
  });

  test('a permission that none of them asks for is, and all that they ask for is named', () => {
    expect(policyErrors([client('mail.send')], apis)).toEqual([
      'permission mail.send of client reader opens no route: the API asks for job.read, report.read, audit.read',
    ]);
  });

  test('the one whose policy would open more is named', () => {
    expect(policyErrors([client('report.read')], apis)).toEqual([
      expect.stringMatching(/^Test\/Reports: client reader has no permission for GET \/audit, but/),
    ]);
  });
});

describe('an HTTP API', () => {
  const leaksOf = (...lines: string[]) => policyErrors([client('job.read')], [httpApiOf(...lines)]);

  test.each<[string, string[]]>([
    [
      'prefers a literal to a parameter of the same verb',
      ['GET /jobs/latest job.read', 'GET /jobs/{id} job.admin'],
    ],
    [
      'prefers the longer of two greedy routes',
      ['GET /jobs/{proxy+} job.read', 'ANY /{proxy+} job.admin'],
    ],
    [
      'prefers a verb to ANY on the same path',
      ['GET /jobs/{id} job.read', 'ANY /jobs/{id} job.admin'],
    ],
  ])('%s', (_, lines) => {
    expect(leaksOf(...lines)).toEqual([]);
  });

  test('prefers a full match to a greedy parameter, where a REST API prefers the first literal', () => {
    const lines = ['GET /acme/{proxy+} job.read', 'GET /{tenant}/jobs job.admin'];
    expect(leaksOf(...lines)).toEqual([expect.stringContaining('also matches GET /acme/jobs')]);
    expect(policyErrors([client('job.read')], [apiOf(...lines)])).toEqual([]);
  });

  test.each<[string, string[]]>([
    [
      'ANY on a literal and GET on a parameter',
      ['ANY /jobs/latest job.read', 'GET /jobs/{id} job.admin'],
    ],
    [
      'two routes of which neither takes fewer paths',
      ['GET /jobs/{id} job.read', 'GET /{kind}/latest job.admin'],
    ],
    [
      'ANY in full and GET with a greedy parameter',
      ['ANY /jobs/latest job.read', 'GET /jobs/{proxy+} job.admin'],
    ],
  ])('may give a request to either of %s', (_, lines) => {
    expect(leaksOf(...lines)).toEqual([expect.stringContaining('its policy would open it')]);
  });
});

test('sources count to the size of a policy', () => {
  const name = (index: number) => String(index).padStart(27, 'x');
  const routes = Array.from({ length: 50 }, (_, index) => `GET /${name(index)} job.read`);
  const sizeOf = (allowedSources?: string[]) =>
    policyErrors(
      [{ ...client('job.read'), ...(allowedSources && { allowedSources }) }],
      [apiOf(...routes)],
    );
  expect(sizeOf()).toEqual([]);
  expect(sizeOf(Array.from({ length: 20 }, (_, index) => `2001:db8:${index}:ffff::/64`))).toEqual([
    expect.stringMatching(
      /^the policy of client reader lists 50 routes and takes about \d{4} bytes/,
    ),
  ]);
});
