import { request } from 'node:http';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newCredentials } from '../../local/aws/credentials.ts';
import { type DynamoDb, setUpClient, startDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { echo, trustingAuthorizer } from './support/fixture-app.ts';
import { type Served, serve } from './support/serve.ts';

const credentials = newCredentials();
const region = 'eu-west-1';
let dynamoDb: DynamoDb;
let api: Served;

beforeAll(async () => {
  dynamoDb = await startDynamoDb({ path: undefined, region, credentials, notice: () => undefined });
  await dynamoDb.createTables([
    {
      TableName: 'jobs',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    },
  ]);
  api = await serve(
    {
      functions: { Auth: trustingAuthorizer, Echo: echo },
      methods: [
        { route: 'GET /jobs', calls: 'Echo' },
        { route: 'POST /jobs', calls: 'Echo' },
      ],
      resources: {
        Secret: {
          Type: 'AWS::SecretsManager::Secret',
          Properties: { Name: 'secret', GenerateSecretString: {} },
        },
      },
    },
    {},
    dynamoDb,
    credentials,
  );
});

afterAll(async () => {
  await api.stop();
  await dynamoDb.stop();
});

interface Attack {
  readonly method?: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

function send(url: string, { method = 'POST', headers, body = '{}' }: Attack) {
  const { promise, resolve, reject } = Promise.withResolvers<{
    readonly status: number | undefined;
    readonly names: string[];
    readonly text: string;
  }>();
  const outgoing = request(url, { method, headers }, async (incoming) => {
    let text = '';
    for await (const chunk of incoming) text += String(chunk);
    resolve({ status: incoming.statusCode, names: Object.keys(incoming.headers), text });
  });
  outgoing.on('error', reject);
  outgoing.end(method === 'POST' ? body : undefined);
  return promise;
}

const signedBy = (accessKeyId: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261010/${region}/x/aws4_request, SignedHeaders=host, Signature=0`,
  'x-amz-date': '20261010T000000Z',
});
const key = signedBy(credentials.accessKeyId);
const page = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

/** Each with what one of the doors would answer if it were open. */
const attacks: readonly (readonly [who: string, attack: Attack])[] = [
  ['a page, that knows the key', { headers: { ...page, ...key } }],
  ['a page of another port of this machine', { headers: { ...key, origin: 'http://localhost' } }],
  ['a page, whose browser hides its origin', { headers: { ...key, origin: 'null' } }],
  ['a page, by a link', { headers: { ...key, referer: 'https://evil.example/' } }],
  ['a page of a browser that sends no more', { headers: { ...key, 'sec-fetch-site': 'none' } }],
  ['a page, by a form', { headers: { ...page, 'content-type': 'text/plain' } }],
  ['a page, by an image', { method: 'GET', headers: { 'sec-fetch-site': 'cross-site' } }],
  [
    'a page, that asks first',
    {
      method: 'OPTIONS',
      headers: { ...page, 'access-control-request-headers': 'authorization' },
    },
  ],
  ['a name that was made to lead here', { headers: { ...key, host: 'evil.example' } }],
  ['a name that begins like ours', { headers: { ...key, host: 'localhost.evil.example' } }],
  ['another port', { headers: { ...key, host: 'localhost:1' } }],
  ['somebody without a key', { headers: {} }],
  ['somebody who looks whether it is there', { method: 'GET', headers: {} }],
  ['somebody with the key of another start', { headers: signedBy(newCredentials().accessKeyId) }],
  ['somebody with the key of an older version', { headers: signedBy('local') }],
  ['somebody with a part of the key', { headers: signedBy(credentials.accessKeyId.slice(0, -1)) }],
  ['somebody with an empty key', { headers: signedBy('') }],
  ['somebody with another scheme', { headers: { authorization: 'Basic bG9jYWw6bG9jYWw=' } }],
];

describe.each([
  [
    'the AWS endpoint',
    () => api.endpoint,
    'secretsmanager.GetSecretValue',
    '{"SecretId":"secret"}',
  ],
  ['DynamoDB', () => dynamoDb.endpoint, 'DynamoDB_20120810.Scan', '{"TableName":"jobs"}'],
])('%s', (_, url, target, body) => {
  const own = (attack: Attack): Attack => ({
    ...attack,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      ...attack.headers,
    },
    body,
  });

  test('answers a program with the key of this start', async () => {
    expect(await send(url(), own({ headers: key }))).toMatchObject({ status: 200 });
  });

  test.each(attacks)('does not answer %s', async (__, attack) => {
    const { status, names, text } = await send(url(), own(attack));
    expect(status).toBe(403);
    expect(text).toMatch(/"__type":"(AccessDenied|MissingAuthenticationToken|UnrecognizedClient)/);
    expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  test('lets no idle connection end, which its next call would fail on', async () => {
    const { names } = await send(url(), own({ headers: { ...key, connection: 'keep-alive' } }));
    expect(names).not.toContain('keep-alive');
  });
});

describe('the API', () => {
  const token = { 'X-Token': 'alpha' };

  test.each(['evil.example', 'localhost.evil.example', 'localhost:1', 'x@localhost'])(
    'does not answer under the name %s',
    async (host) => {
      const { status, names, text } = await send(`${api.url}/jobs`, {
        headers: { ...token, host },
      });
      expect([status, JSON.parse(text)]).toEqual([
        403,
        { message: `The local gateway answers only at ${new URL(api.url).origin}` },
      ]);
      expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
    },
  );

  test('does not answer under two names, or none', async () => {
    const end = 'Connection: close\r\n\r\n';
    const get = (version: string, hosts: string) =>
      api.send(`GET /prod/jobs HTTP/${version}\r\nX-Token: alpha\r\n${hosts}${end}`);
    expect(await get('1.1', 'Host: HERE\r\n')).toMatch(/^HTTP\/1\.1 200/);
    expect(await get('1.1', 'Host: HERE\r\nHost: evil.example\r\n')).toMatch(/^HTTP\/1\.1 4/);
    expect(await get('1.0', '')).toMatch(/^HTTP\/1\.1 403/);
  });

  test('gives a page without a token nothing, and no leave to read it', async () => {
    const { status, names } = await send(`${api.url}/jobs`, { headers: page });
    expect(status).toBe(401);
    expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

test('an operator with the key of an earlier start is told what to do', async () => {
  const options = { endpoint: api.endpoint, region, credentials: newCredentials() };
  const what = {
    name: 'UnrecognizedClientException',
    message: 'The access key is not of this start: use the export line that the gateway printed.',
  };
  const secrets = new SecretsManagerClient(options);
  await expect(
    secrets.send(new GetSecretValueCommand({ SecretId: 'secret' })),
  ).rejects.toMatchObject(what);
  const stacks = new CloudFormationClient(options);
  await expect(stacks.send(new DescribeStacksCommand())).rejects.toMatchObject(what);
  const tables = setUpClient({ ...options, endpoint: dynamoDb.endpoint });
  await expect(tables.send(new ScanCommand({ TableName: 'jobs' }))).rejects.toMatchObject(what);
});

test('what a page writes is not in the table', async () => {
  const client = setUpClient({ endpoint: dynamoDb.endpoint, region, credentials });
  const item = { TableName: 'jobs', Item: { pk: { S: 'own' } } };
  await client.send(new PutItemCommand(item));
  await send(dynamoDb.endpoint, {
    headers: {
      ...page,
      ...key,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
    },
    body: JSON.stringify({ TableName: 'jobs', Item: { pk: { S: 'of a page' } } }),
  });
  const { Items } = await client.send(new ScanCommand({ TableName: 'jobs' }));
  expect(Items).toEqual([item.Item]);
});
