import { createHash } from 'node:crypto';
import { describe, expect, jest, test } from '@jest/globals';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import fc from 'fast-check';
import { createAuthorizer } from '../../../lambda/authorizer/authorizer.ts';
import { openRoutes, type Route } from '../../../lambda/contract/access/route.ts';
import { formatToken } from '../../../lambda/contract/token/token-format.ts';
import { logLine } from '../../../lambda/log.ts';
import { anyText } from '../../support/any-text.ts';
import { authorizerEvent, STAGE_ARN } from '../../support/authorizer-event.ts';
import { iamAllows } from '../../support/iam-oracle.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { BRAVO_TOKEN, env, PLUGIN_TOKEN, registry } from '../../support/registry.ts';

function authorizer(
  overrides: { registry?: unknown; env?: Record<string, string>; now?: () => number } = {},
) {
  const { log, lines } = logRecorder();
  const authorize = createAuthorizer(
    overrides.registry ?? registry,
    overrides.env ?? env,
    log,
    overrides.now ?? (() => 0),
  );
  return { authorize, lines };
}

const withToken = (...tokens: string[]) => authorizerEvent({ 'X-API-Token': tokens });

describe('a recognised token', () => {
  test('gets an Allow for every route of its client, the context, and the key of its usage plan', async () => {
    const { authorize, lines } = authorizer();
    expect(await authorize(withToken(BRAVO_TOKEN))).toEqual({
      principalId: 'bravo',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: [`${STAGE_ARN}POST/jobs`, `${STAGE_ARN}GET/jobs`, `${STAGE_ARN}GET/jobs/?*`],
          },
          { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: [`${STAGE_ARN}*//*`] },
        ],
      },
      context: {
        clientName: 'bravo',
        tokenId: createHash('sha256').update(BRAVO_TOKEN).digest('hex').slice(0, 12),
        permissions: 'job.*',
      },
      usageIdentifierKey: 'keyofclientbravo00000000',
    });
    expect(lines).toEqual([]);
  });

  test.each(['x-api-token', 'X-API-TOKEN', 'X-Api-Token'])('is found in %s', async (name) => {
    const { authorize } = authorizer();
    const event = authorizerEvent({ Host: ['api'], [name]: [PLUGIN_TOKEN], Accept: ['*/*'] });
    expect(await authorize(event)).toMatchObject({ principalId: 'ae-plugin' });
  });

  test('gets no key where there are no plans', async () => {
    const clients = registry.clients.map((client) => {
      const { usageIdentifierKey: _, ...keyless } = client;
      return keyless;
    });
    const { authorize } = authorizer({ registry: { ...registry, clients } });
    expect(await authorize(withToken(BRAVO_TOKEN))).not.toHaveProperty('usageIdentifierKey');
  });

  test('is found in another header if the registry says so', async () => {
    const { authorize } = authorizer({ registry: { ...registry, headerName: 'x-key' } });
    await expect(authorize(withToken(BRAVO_TOKEN))).rejects.toThrow('Unauthorized');
    expect(await authorize(authorizerEvent({ 'X-Key': [BRAVO_TOKEN] }))).toMatchObject({
      principalId: 'bravo',
    });
  });

  test('gets the same result again, without building it anew', async () => {
    const { authorize } = authorizer();
    const first = await authorize(withToken(BRAVO_TOKEN));
    expect(await authorize(withToken(BRAVO_TOKEN))).toBe(first);
  });

  test.each([
    [
      'the test console',
      'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/test-invoke-stage/',
    ],
    ['China', 'arn:aws-cn:execute-api:cn-north-1:123456789012:c1b2c3d4e5/prod/'],
    ['GovCloud', 'arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:a1b2c3d4e5/v1/'],
    ['another API', 'arn:aws:execute-api:eu-central-1:123456789012:z9y8x7w6v5/prod/'],
  ])('gets a policy for the very stage it is asked about: %s', async (_, prefix) => {
    const { authorize } = authorizer();
    await authorize(withToken(PLUGIN_TOKEN));
    const result = await authorize(
      authorizerEvent({ 'X-API-Token': [PLUGIN_TOKEN] }, { methodArn: `${prefix}GET/` }),
    );
    expect(resources(result)).toEqual([`${prefix}GET/jobs`, `${prefix}GET/jobs/?*`]);
    expect(resources(await authorize(withToken(PLUGIN_TOKEN)))).toEqual([
      `${STAGE_ARN}GET/jobs`,
      `${STAGE_ARN}GET/jobs/?*`,
    ]);
  });
});

describe('a request without a recognised token is Unauthorized', () => {
  const until = '20261201T000000Z';
  const expired = `sha256:${createHash('sha256').update('old').digest('base64url')};until=${until}`;

  test.each<[string, string, Record<string, unknown> | null]>([
    ['without the header', 'missing_token', { Host: ['api'] }],
    ['without any header', 'missing_token', null],
    ['with an empty header', 'missing_token', { 'X-API-Token': [''] }],
    ['with a header that has no values', 'missing_token', { 'X-API-Token': [] }],
    ['with a header that is undefined', 'missing_token', { 'X-API-Token': undefined }],
    ['with the header twice', 'multiple_tokens', { 'X-API-Token': [BRAVO_TOKEN, BRAVO_TOKEN] }],
    ['in two spellings', 'multiple_tokens', { 'X-API-Token': [BRAVO_TOKEN], 'x-api-token': ['b'] }],
    ['with a token that is too long', 'malformed_token', { 'X-API-Token': ['x'.repeat(513)] }],
    ['with a tab in the token', 'malformed_token', { 'X-API-Token': ['a\tb'] }],
    ['with two tokens in one value', 'malformed_token', { 'X-API-Token': [`${BRAVO_TOKEN}, b`] }],
    ['with a value that is no text', 'malformed_token', { 'X-API-Token': [{}] }],
    [
      'with a mistyped token',
      'mistyped_token',
      { 'X-API-Token': [`atk_bravo_${'x'.repeat(43)}_000000`] },
    ],
    ['with an unknown token', 'unknown_token', { 'X-API-Token': [`${BRAVO_TOKEN}x`] }],
    ['with an expired token', 'expired_token', { 'X-API-Token': ['old'] }],
  ])('%s', async (_, reason, headers) => {
    const { authorize, lines } = authorizer({
      env: { ...env, API_TOKEN_BRAVO: `${BRAVO_TOKEN} ${expired}` },
      now: () => Date.UTC(2026, 11, 1),
    });
    const event = { ...authorizerEvent({}), headers: null, multiValueHeaders: headers };
    await expect(authorize(event as APIGatewayRequestAuthorizerEvent)).rejects.toThrow(
      new Error('Unauthorized'),
    );
    expect(lines).toEqual([
      { level: 'WARN', event: 'refused', reason, requestId: 'request-1', route: 'POST /jobs' },
    ]);
  });

  test.each([
    ['too long', 'x'.repeat(513)],
    ['not ASCII', 'tökén'],
    ['two words', 'two words'],
  ])('if no token can look like it, also where its verifier is configured: %s', async (_, text) => {
    const digest = createHash('sha256').update(text).digest('base64url');
    const { authorize, lines } = authorizer({ env: { API_TOKEN_BRAVO: `sha256:${digest}` } });
    await expect(authorize(withToken(text))).rejects.toThrow('Unauthorized');
    expect(lines.at(-1)).toMatchObject({ event: 'refused', reason: 'malformed_token' });
  });

  test('whatever the bytes of its headers are', async () => {
    const { authorize } = authorizer();
    const text = anyText({ maxLength: 600 });
    const name = fc.oneof(text, fc.constantFrom('X-API-Token', 'x-api-token', '__proto__'));
    const values = fc.oneof(fc.array(text, { maxLength: 3 }), fc.anything());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, values)), async (headers) => {
        const event = { ...withToken(), multiValueHeaders: Object.fromEntries(headers) };
        await expect(authorize(event as APIGatewayRequestAuthorizerEvent)).rejects.toThrow(
          new Error('Unauthorized'),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a token of our format opens only what its own client may', () => {
  const bravos = formatToken('atk', 'bravo', 'B'.repeat(43));
  const plugins = formatToken('atk', 'ae-plugin', 'P'.repeat(43));
  const verifier = (token: string) =>
    `sha256:${createHash('sha256').update(token).digest('base64url')}`;
  const reports = [
    {
      level: 'ERROR',
      event: 'config',
      reason: 'API_TOKEN_PLUGIN, the variable of ae-plugin, has a token of bravo',
    },
    {
      level: 'ERROR',
      event: 'config',
      reason: 'API_TOKEN_BRAVO, the variable of bravo, has a token of ae-plugin',
    },
  ];
  const refusal = { level: 'WARN', event: 'refused', reason: 'misplaced_token' };

  test('in the variable of its client', async () => {
    const { authorize, lines } = authorizer({
      env: { API_TOKEN_BRAVO: verifier(bravos), API_TOKEN_PLUGIN: plugins },
    });
    expect(await authorize(withToken(bravos))).toMatchObject({ principalId: 'bravo' });
    expect(await authorize(withToken(plugins))).toMatchObject({ principalId: 'ae-plugin' });
    expect(lines).toEqual([]);
  });

  test('and nothing while two clients have swapped their variables, at every use', async () => {
    const { authorize, lines } = authorizer({
      env: { API_TOKEN_BRAVO: verifier(plugins), API_TOKEN_PLUGIN: verifier(bravos) },
    });
    for (let use = 0; use < 2; use++) {
      for (const [index, token] of [bravos, plugins].entries()) {
        await expect(authorize(withToken(token))).rejects.toThrow(new Error('Unauthorized'));
        expect(lines.splice(0)).toMatchObject([reports[index], refusal]);
      }
    }
  });

  test('also where it is written plainly, which is reported before its use too', async () => {
    const { authorize, lines } = authorizer({
      env: { API_TOKEN_BRAVO: `${plugins} ${bravos}`, API_TOKEN_PLUGIN: PLUGIN_TOKEN },
    });
    expect(lines.splice(0)).toEqual([reports[1]]);
    await expect(authorize(withToken(plugins))).rejects.toThrow(new Error('Unauthorized'));
    expect(lines).toMatchObject([reports[1], refusal]);
    expect(await authorize(withToken(bravos))).toMatchObject({ principalId: 'bravo' });
    expect(await authorize(withToken(PLUGIN_TOKEN))).toMatchObject({ principalId: 'ae-plugin' });
  });

  test('whatever its prefix, its client and its place are', async () => {
    const name = fc.constantFrom('bravo', 'ae-plugin', 'somebody-else');
    const variable = fc.constantFrom(...registry.clients);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('atk', 'jobs'),
        name,
        variable,
        fc.boolean(),
        async (prefix, named, client, isPlain) => {
          const token = formatToken(prefix, named, 'S'.repeat(43));
          const { authorize, lines } = authorizer({
            env: { [client.variable]: isPlain ? token : verifier(token) },
          });
          const principal = await authorize(withToken(token)).then(
            ({ principalId }) => principalId,
            (error: Error) => error.message,
          );
          expect(principal).toBe(named === client.name ? client.name : 'Unauthorized');
          expect(JSON.stringify(lines)).not.toContain('S'.repeat(43));
        },
      ),
    );
  });

  test('and a token with another checksum, or of another form, names nobody', async () => {
    const other = `${bravos.slice(0, -1)}${bravos.endsWith('0') ? '1' : '0'}`;
    for (const token of [other, 'atk_bravo_opaque']) {
      const { authorize } = authorizer({ env: { API_TOKEN_PLUGIN: verifier(token) } });
      expect(await authorize(withToken(token))).toMatchObject({ principalId: 'ae-plugin' });
    }
  });
});

describe('a fault is no refusal and no Allow', () => {
  test.each([
    [
      'a method ARN that is none',
      { ...withToken(BRAVO_TOKEN), methodArn: 'POST/jobs' },
      'TypeError',
    ],
    ['no method ARN', { ...withToken(BRAVO_TOKEN), methodArn: undefined }, 'TypeError'],
    [
      'no method ARN, and neither stage nor API',
      { ...withToken(BRAVO_TOKEN), methodArn: 'GET/jobs', requestContext: {} },
      'TypeError',
    ],
    [
      'no method ARN, and a stage and an API without a name',
      { ...withToken(BRAVO_TOKEN), methodArn: '', requestContext: { stage: '', apiId: '' } },
      'TypeError',
    ],
    [
      'no method ARN, and a stage and an API that are null',
      { ...withToken(BRAVO_TOKEN), methodArn: '', requestContext: { stage: null, apiId: null } },
      'TypeError',
    ],
    ['no event', null, 'TypeError'],
  ])('%s', async (_, event, reason) => {
    const { authorize, lines } = authorizer();
    await expect(authorize(event as unknown as APIGatewayRequestAuthorizerEvent)).rejects.toThrow(
      new Error('Authorizer fault'),
    );
    expect(lines).toMatchObject([{ level: 'ERROR', event: 'fault', reason }]);
  });

  test('a malformed registry fails the init', () => {
    expect(() => authorizer({ registry: { clients: [] } })).toThrow('malformed client registry');
  });

  test('an environment without any token fails the init', () => {
    expect(() => authorizer({ env: {} })).toThrow('no API token is configured');
  });
});

describe('a policy allows exactly the routes of its client', () => {
  const word = fc.constantFrom('jobs', 'files', 'a', 'v1');
  const resource = fc
    .array(fc.oneof(word, fc.constantFrom('*', '?*')), { minLength: 1, maxLength: 3 })
    .map((words) => words.join('/'));
  const route = fc
    .tuple(fc.constantFrom('GET', 'POST', 'DELETE'), resource)
    .map((each) => each.join('/'));
  const permissions = ['job.create', 'job.read', 'file.read'];

  test('as an evaluator written elsewhere sees it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(route, { maxLength: 3 }), { minLength: 3, maxLength: 3 }),
        fc.subarray(['job.*', 'job.create', 'job.read', 'file.read', '*']),
        fc.tuple(fc.constantFrom('GET', 'POST', 'DELETE'), word, fc.array(word, { maxLength: 2 })),
        async (routeLists, grants, [verb, first, rest]) => {
          const routes = Object.fromEntries(
            permissions.map((each, i) => [each, (routeLists[i] ?? []) as Route[]]),
          );
          // Synth refuses a client that nothing is open to.
          fc.pre(openRoutes(grants, routes).length > 0);
          const { authorize } = authorizer({
            registry: {
              headerName: 'x-api-token',
              apiCount: 1,
              clients: [
                {
                  name: 'bravo',
                  variable: 'API_TOKEN_BRAVO',
                  permissions: grants,
                  routes: [openRoutes(grants, routes)],
                  usageIdentifierKey: 'key',
                },
              ],
            },
          });
          const { policyDocument } = await authorize(withToken(BRAVO_TOKEN));
          const called = [verb, first, ...rest].join('/');
          const opened = permissions
            .filter((each) =>
              grants.some((g) => g === '*' || g === each || g === `${each.split('.')[0]}.*`),
            )
            .flatMap((each) => routes[each] ?? [])
            .some((pattern) =>
              new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(called),
            );
          expect(await iamAllows(policyDocument, STAGE_ARN + called)).toBe(opened);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('in our own registry', async () => {
    const { authorize } = authorizer();
    const { policyDocument } = await authorize(withToken(PLUGIN_TOKEN));
    const allowed = async (called: string) => iamAllows(policyDocument, called);
    expect(await allowed(`${STAGE_ARN}GET/jobs`)).toBe(true);
    expect(await allowed(`${STAGE_ARN}GET/jobs/1`)).toBe(true);
    expect(await allowed(`${STAGE_ARN}POST/jobs`)).toBe(false);
    expect(await allowed(`${STAGE_ARN}DELETE/jobs/1`)).toBe(false);
    expect(await allowed(`${STAGE_ARN}GET/jobs/1/`)).toBe(true);
    expect(await allowed(`${STAGE_ARN.replace('prod', 'dev')}GET/jobs`)).toBe(false);
  });
});

test.each(['GET/jobs//', 'GET//jobs', 'GET/jobs//1', 'GET/jobs/1//', 'GET//'])(
  'the policy denies %s, which may be routed without its empty segment',
  async (called) => {
    const { authorize } = authorizer();
    const { policyDocument } = await authorize(withToken(BRAVO_TOKEN));
    expect(await iamAllows(policyDocument, STAGE_ARN + called)).toBe(false);
  },
);

test('no token reaches the output, whatever happens to it', async () => {
  const secret = 'a-token-to-look-for-in-all-output';
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const writeError = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const errors: unknown[] = [];
  try {
    const start = (variables: Record<string, string>) =>
      createAuthorizer(registry, variables, logLine, Date.now);
    for (const variables of [
      { API_TOKEN_BRAVO: `sha256:${secret}`, API_TOKEN_PLUGIN: secret },
      { API_TOKEN_BRAVO: secret, API_TOKEN_PLUGIN: secret },
      { API_TOKEN_BRAVO: `{{resolve:${secret}`, API_TOKEN_PLUGIN: `${secret}\u0000` },
      { API_TOKEN_BRAVO: `${secret} ${secret}ö`, API_TOKEN_PLUGIN: 'other' },
    ]) {
      try {
        const authorize = start(variables);
        for (const event of [
          withToken(secret),
          withToken(`${secret}x`),
          withToken(secret, secret),
          withToken(`${secret} `),
          withToken(secret.repeat(20)),
          { ...authorizerEvent({ 'X-API-Token': [secret] }, { methodArn: secret }) },
          { ...withToken(secret), path: `/jobs/${secret}`, methodArn: `${STAGE_ARN}GET/${secret}` },
          authorizerEvent({ [secret]: [secret], Authorization: [secret] }),
        ]) {
          await authorize(event).then(
            (result) => errors.push(result),
            (error: Error) => errors.push(error.message, error.stack),
          );
        }
      } catch (error) {
        errors.push((error as Error).message, (error as Error).stack);
      }
    }
    const output = [...write.mock.calls, ...writeError.mock.calls].map(String).join('');
    expect(output).toContain('"reason":"unknown_token"');
    expect(output).toContain('accepted for neither');
    expect(output).toContain('"event":"fault"');
    for (const line of output.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
    expect(output + JSON.stringify(errors)).not.toContain(secret);
  } finally {
    write.mockRestore();
    writeError.mockRestore();
  }
});

function resources({ policyDocument }: APIGatewayAuthorizerResult): unknown {
  return policyDocument.Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((each) =>
    'Resource' in each ? each.Resource : [],
  );
}
