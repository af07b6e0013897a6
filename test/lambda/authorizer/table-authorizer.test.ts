import { describe, expect, test } from '@jest/globals';
import { createAuthorizer } from '../../../lambda/authorizer/authorizer.ts';
import { stageFinder } from '../../../lambda/authorizer/stage.ts';
import { createTableAuthorizer } from '../../../lambda/authorizer/table-authorizer.ts';
import type { ClientRegistry } from '../../../lambda/contract/access/client-registry.ts';
import type { TokenItem } from '../../../lambda/contract/table/token-item.ts';
import { digestOf } from '../../../lambda/contract/token/token-digest.ts';
import { formatToken } from '../../../lambda/contract/token/token-format.ts';
import { authorizerEvent, STAGE_ARN } from '../../support/authorizer-event.ts';
import { logRecorder } from '../../support/log-recorder.ts';
import { BRAVO_TOKEN, env, registry } from '../../support/registry.ts';

const TOKEN = formatToken('atk', 'charlie', 'a'.repeat(43));
const ITEM: TokenItem = {
  digest: digestOf(TOKEN),
  clientName: 'charlie',
  permissions: ['job.read'],
  state: 'active',
  usageIdentifierKey: 'key-of-charlie',
};
const API = {
  routes: { 'job.create': ['POST/jobs'], 'job.read': ['GET/jobs', 'GET/jobs/?*'] },
  leaks: [],
} as const;
const TABLE = { apis: [API], importedKeys: false } as const satisfies ClientRegistry['table'];

function authorizer({
  table = TABLE,
  clients = registry.clients,
  variables = env,
  read,
}: {
  table?: ClientRegistry['table'];
  clients?: ClientRegistry['clients'];
  variables?: Readonly<Record<string, string>>;
  read: (digest: string) => Promise<TokenItem | undefined>;
}) {
  const { log, lines } = logRecorder();
  const withTable = { ...registry, clients, table };
  const reads: string[] = [];
  const readItem = (digest: string) => {
    reads.push(digest);
    return read(digest);
  };
  const now = () => 0;
  const byTable = createTableAuthorizer(withTable, readItem, log, now);
  const authorize = createAuthorizer(withTable, variables, log, now, byTable);
  return { authorize, byTable, lines, reads };
}

const holding = (...items: readonly TokenItem[]) => ({
  read: async (digest: string) => items.find((item) => item.digest === digest),
});
const withToken = (token: string) => authorizerEvent({ 'X-API-Token': [token] });

describe('a client of the table', () => {
  test('gets what its permissions open, its context, and its key', async () => {
    const { authorize, lines } = authorizer(holding(ITEM));
    expect(await authorize(withToken(TOKEN))).toEqual({
      principalId: 'charlie',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: [`${STAGE_ARN}GET/jobs`, `${STAGE_ARN}GET/jobs/?*`],
          },
          { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: [`${STAGE_ARN}*//*`] },
        ],
      },
      context: {
        clientName: 'charlie',
        tokenId: Buffer.from(ITEM.digest, 'base64url').toString('hex').slice(0, 12),
        permissions: 'job.read',
      },
      usageIdentifierKey: 'key-of-charlie',
    });
    expect(lines).toEqual([]);
  });

  test('gets a policy for the stage that asks, and not for the one before', async () => {
    const { authorize } = authorizer(holding(ITEM));
    await authorize(withToken(TOKEN));
    const other = withToken(TOKEN);
    const methodArn = other.methodArn.replace('/prod/', '/test/');
    const requestContext = { ...other.requestContext, stage: 'test' };
    const { policyDocument } = await authorize({ ...other, methodArn, requestContext });
    expect(JSON.stringify(policyDocument)).not.toContain('/prod/');
    expect(JSON.stringify(policyDocument)).toContain('/test/GET/jobs');
  });

  test('shares its policy with a client of the same permissions', async () => {
    const other = formatToken('atk', 'delta', 'b'.repeat(43));
    const { authorize } = authorizer(
      holding(ITEM, { ...ITEM, digest: digestOf(other), clientName: 'delta' }),
    );
    const [one, two] = [await authorize(withToken(TOKEN)), await authorize(withToken(other))];
    expect(two.policyDocument).toBe(one.policyDocument);
    expect(two.principalId).toBe('delta');
  });

  test('without a route of its own is known, and allowed nothing', async () => {
    const { authorize } = authorizer(holding({ ...ITEM, permissions: ['file.read'] }));
    const { policyDocument } = await authorize(withToken(TOKEN));
    expect(policyDocument.Statement).toEqual([
      { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: [`${STAGE_ARN}*//*`] },
    ]);
  });

  test('is a fault when its policy would open more than its permissions', async () => {
    const { authorize, byTable, lines } = authorizer({
      ...holding(ITEM),
      table: { ...TABLE, apis: [{ ...API, leaks: [['job.read', 'job.create']] }] },
    });
    await expect(authorize(withToken(TOKEN))).rejects.toThrow('Authorizer fault');
    const answer = byTable.authorize(TOKEN, withToken(TOKEN), stageFinder(1, {}));
    await expect(answer).rejects.toThrow(
      new Error('the policy would open more than the permissions'),
    );
    expect(lines[0]).toEqual({
      level: 'ERROR',
      event: 'config',
      reason:
        'client charlie of the table has job.read without job.create, but the routes of the first also match methods of the second: give it both, or neither',
    });
  });

  test.each([['job.create', 'job.read'], ['job.*'], ['*']] as const)(
    'gets its policy when it has both of two permissions that cannot be told apart: %s',
    async (...permissions) => {
      const { authorize } = authorizer({
        ...holding({ ...ITEM, permissions }),
        table: { ...TABLE, apis: [{ ...API, leaks: [['job.read', 'job.create']] }] },
      });
      expect(await authorize(withToken(TOKEN))).toMatchObject({ principalId: 'charlie' });
    },
  );

  test('gets no key where there are no plans', async () => {
    const { usageIdentifierKey: _, ...keyless } = ITEM;
    const { authorize } = authorizer(holding(keyless));
    expect(await authorize(withToken(TOKEN))).not.toHaveProperty('usageIdentifierKey');
  });

  test('is let in where no client is in the code', async () => {
    const { authorize } = authorizer({ ...holding(ITEM), clients: [] });
    expect(await authorize(withToken(TOKEN))).toMatchObject({ principalId: 'charlie' });
  });
});

describe('a client of the table with sources', () => {
  const allowedSources = ['203.0.113.0/24', '2001:db8::/32'];
  const from = (sourceIp: string, token = TOKEN) => {
    const event = withToken(token);
    const requestContext = { ...event.requestContext, identity: { sourceIp } };
    return { ...event, requestContext } as typeof event;
  };

  test('may call from there, and its policy says from where', async () => {
    const { authorize } = authorizer(holding({ ...ITEM, allowedSources }));
    const { policyDocument } = await authorize(from('203.0.113.7'));
    expect(policyDocument.Statement[0]).toMatchObject({
      Effect: 'Allow',
      Condition: { IpAddress: { 'aws:SourceIp': allowedSources } },
    });
  });

  test('is denied every route from elsewhere', async () => {
    const { authorize, lines } = authorizer(holding({ ...ITEM, allowedSources }));
    const { policyDocument } = await authorize(from('203.0.114.7'));
    expect(policyDocument.Statement).toEqual([
      { Action: 'execute-api:Invoke', Effect: 'Deny', Resource: [`${STAGE_ARN}*`] },
    ]);
    expect(lines).toMatchObject([{ event: 'refused', reason: 'source_not_allowed' }]);
  });

  test('shares no policy with one of the same permissions and other sources', async () => {
    const other = formatToken('atk', 'delta', 'b'.repeat(43));
    const delta = { ...ITEM, digest: digestOf(other), clientName: 'delta' };
    const { authorize } = authorizer(holding({ ...ITEM, allowedSources }, delta));
    await authorize(from('203.0.113.7'));
    const { policyDocument } = await authorize(from('203.0.113.7', other));
    expect(policyDocument.Statement[0]).not.toHaveProperty('Condition');
  });
});

describe('the table', () => {
  const never = { read: () => Promise.reject(new Error('the table is gone')) };

  test('is not asked for a token that the environment knows', async () => {
    const { authorize, reads } = authorizer(never);
    expect(await authorize(withToken(BRAVO_TOKEN))).toMatchObject({ principalId: 'bravo' });
    expect(reads).toEqual([]);
  });

  test.each([
    ['has another form', 'a-key-of-a-partner', 'unknown_token'],
    ['has not its own checksum', `${TOKEN.slice(0, -1)}!`, 'mistyped_token'],
    ['is no token', 'a b', 'malformed_token'],
    ['is too long', 'a'.repeat(513), 'malformed_token'],
  ])('is not asked for a token that %s', async (_, token, reason) => {
    const { authorize, reads, lines } = authorizer(never);
    await expect(authorize(withToken(token))).rejects.toThrow(/^Unauthorized$/);
    expect(lines).toMatchObject([{ event: 'refused', reason }]);
    expect(reads).toEqual([]);
  });

  test('is not asked for a token of our form that the environment refuses', async () => {
    const variables = { ...env, API_TOKEN_PLUGIN: formatToken('atk', 'bravo', 'm'.repeat(43)) };
    const { authorize, reads, lines } = authorizer({ ...never, variables });
    await expect(authorize(withToken(variables.API_TOKEN_PLUGIN))).rejects.toThrow('Unauthorized');
    expect(lines.at(-1)).toMatchObject({ event: 'refused', reason: 'misplaced_token' });
    expect(reads).toEqual([]);
  });

  test.each([
    ['of another form', 'a-key-of-a-partner'],
    ['with the outline of ours by chance', `key_${'x'.repeat(43)}_123456`],
  ])('is asked for an imported key %s', async (_, token) => {
    const { authorize } = authorizer({
      ...holding({ ...ITEM, digest: digestOf(token) }),
      table: { ...TABLE, importedKeys: true },
    });
    expect(await authorize(withToken(token))).toMatchObject({ principalId: 'charlie' });
  });

  test.each([
    ['is no token', 'a b'],
    ['is too long', 'a'.repeat(513)],
  ])('is not asked for an imported key that %s', async (_, token) => {
    const { authorize, reads } = authorizer({ ...never, table: { ...TABLE, importedKeys: true } });
    await expect(authorize(withToken(token))).rejects.toThrow(/^Unauthorized$/);
    expect(reads).toEqual([]);
  });

  test('refuses a token that it does not have with exactly Unauthorized', async () => {
    const { authorize, lines } = authorizer(holding());
    await expect(authorize(withToken(TOKEN))).rejects.toThrow(/^Unauthorized$/);
    expect(lines).toMatchObject([{ level: 'WARN', event: 'refused', reason: 'unknown_token' }]);
  });

  test('does not decide on a client of the code', async () => {
    const token = formatToken('atk', 'bravo', 'b'.repeat(43));
    const item = { ...ITEM, digest: digestOf(token), clientName: 'bravo' };
    const { authorize, lines } = authorizer(holding(item));
    await expect(authorize(withToken(token))).rejects.toThrow(/^Unauthorized$/);
    expect(lines.at(-1)).toMatchObject({ event: 'refused', reason: 'misplaced_token' });
  });

  test('that cannot be read is a fault, and says nothing of the token', async () => {
    const { authorize, lines } = authorizer(never);
    await expect(authorize(withToken(TOKEN))).rejects.toThrow(/^Authorizer fault$/);
    expect(lines).toMatchObject([{ level: 'ERROR', event: 'fault', reason: 'Error' }]);
    expect(JSON.stringify(lines)).not.toContain(TOKEN);
  });
});

describe('a registry', () => {
  const build = (table: unknown) => () =>
    createTableAuthorizer(
      { ...registry, table },
      async () => undefined,
      logRecorder().log,
      () => 0,
    );

  test.each([
    ['no table', undefined],
    ['no routes', { ...TABLE, apis: [{ ...API, routes: undefined }] }],
    ['a permission without a route', { ...TABLE, apis: [{ ...API, routes: { 'job.read': [] } }] }],
    ['a route that is no text', { ...TABLE, apis: [{ ...API, routes: { 'job.read': [1] } }] }],
    ['no leaks', { ...TABLE, apis: [{ ...API, leaks: undefined }] }],
    ['half a leak', { ...TABLE, apis: [{ ...API, leaks: [['job.read']] }] }],
    ['no API', { ...TABLE, apis: [] }],
    ['an API too many', { ...TABLE, apis: [API, API] }],
    ['no word on imported keys', { ...TABLE, importedKeys: undefined }],
  ])('with %s does not start', (_, table) => {
    expect(build(table)).toThrow('malformed table in the client registry');
  });
});
