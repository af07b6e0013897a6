import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Authorizer } from '../../../lambda/authorizer/authorizer.ts';
import type { ClientRegistry } from '../../../lambda/contract/access/client-registry.ts';
import { serializeTokenItem } from '../../../lambda/contract/table/token-item.ts';
import { digestOf } from '../../../lambda/contract/token/token-digest.ts';
import { formatToken } from '../../../lambda/contract/token/token-format.ts';
import { authorizerEvent } from '../../support/authorizer-event.ts';
import { BRAVO_TOKEN, env, registry } from '../../support/registry.ts';
import {
  answer,
  type StubCall,
  type StubDynamoDb,
  startStub,
} from '../../support/stub-dynamodb.ts';

const before = { ...process.env };
const withTable: ClientRegistry = {
  ...registry,
  table: { apis: [{ routes: { 'job.read': ['GET/jobs'] }, leaks: [] }], importedKeys: false },
};
jest.unstable_mockModule(
  '../../../lambda/authorizer/registry.json',
  () => ({ default: withTable }),
  { virtual: true },
);

let dynamoDb: StubDynamoDb;
let onCall: (call: StubCall) => void;
const answering = (content: unknown, status = 200) => {
  onCall = ({ response }) => answer(response, status, content);
};

let handler: Authorizer;
const call = (token: string) => handler(authorizerEvent({ 'X-API-Token': [token] }));
let letter = 0;
/** A token that no test before has asked about. */
const newToken = () => formatToken('atk', 'charlie', String.fromCharCode(97 + letter++).repeat(43));
const itemOf = (token: string) =>
  serializeTokenItem({
    digest: digestOf(token),
    clientName: 'charlie',
    permissions: ['job.read'],
    state: 'active',
  });

beforeAll(async () => {
  dynamoDb = await startStub((each) => onCall(each));
  Object.assign(process.env, env, {
    CLIENT_TABLE: 'clients',
    AWS_REGION: 'eu-central-1',
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url,
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'key',
  });
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

beforeEach(async () => {
  ({ handler } = await import('../../../lambda/authorizer/handler-with-table.ts'));
});

afterAll(async () => {
  jest.restoreAllMocks();
  process.env = before;
  await dynamoDb.stop();
});

describe('the deployed authorizer with a table', () => {
  test('knows a client of the environment without the table', async () => {
    answering({}, 500);
    const asked = dynamoDb.calls.length;
    expect(await call(BRAVO_TOKEN)).toMatchObject({ principalId: 'bravo' });
    expect(dynamoDb.calls).toHaveLength(asked);
  });

  test('asks for the item of a token as it is now, through one connection', async () => {
    for (const token of [newToken(), newToken()]) {
      answering({ Item: itemOf(token) });
      expect(await call(token)).toMatchObject({ principalId: 'charlie' });
      const { request, body } = dynamoDb.calls.at(-1) as StubCall;
      expect(request.headers['x-amz-target']).toBe('DynamoDB_20120810.GetItem');
      expect(JSON.parse(body)).toEqual({
        TableName: 'clients',
        Key: { pk: { S: `token#${digestOf(token)}` }, sk: { S: 'token' } },
        ConsistentRead: true,
      });
    }
    expect(dynamoDb.connectionCount()).toBe(1);
  });

  test('refuses a token without an item', async () => {
    answering({});
    await expect(call(newToken())).rejects.toThrow(/^Unauthorized$/);
  });

  test('finds an item that it cannot read to be a fault', async () => {
    const token = newToken();
    answering({ Item: { ...itemOf(token), expiresAt: { S: 'never' } } });
    await expect(call(token)).rejects.toThrow(/^Authorizer fault$/);
  });

  test('asks a second time when DynamoDB fails once', async () => {
    const token = newToken();
    let failures = 1;
    onCall = ({ response }) =>
      failures-- > 0 ? answer(response, 500, {}) : answer(response, 200, { Item: itemOf(token) });
    expect(await call(token)).toMatchObject({ principalId: 'charlie' });
  });

  test('finds a table that goes on failing to be a fault', async () => {
    answering({}, 500);
    await expect(call(newToken())).rejects.toThrow(/^Authorizer fault$/);
  });
});
