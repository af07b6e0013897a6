import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { ClientView } from '../../../lambda/contract/wiring/client-operation.ts';
import { startDynamoDb } from '../../support/client-table.ts';
import { digestFor, registry } from './client-world.ts';

const before = { ...process.env };
let dynamoDb: Awaited<ReturnType<typeof startDynamoDb>>;

jest.unstable_mockModule(
  '../../../lambda/clients/entry/registry.json',
  () => ({ default: registry }),
  { virtual: true },
);

const wait = jest.fn(async (milliseconds: number) => milliseconds);
jest.unstable_mockModule('node:timers/promises', () => ({ setTimeout: wait }));

interface Sent {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}
const sent: Sent[] = [];

/** API Gateway, in place of the network. */
async function answer(command: object): Promise<unknown> {
  const { input } = command as Sent;
  sent.push({ command: command.constructor.name.replace(/Command$/, ''), input });
  return { id: `k${sent.length}`, ids: [] };
}

beforeAll(async () => {
  dynamoDb = await startDynamoDb();
  await dynamoDb.createTable('clients');
  Object.assign(process.env, dynamoDb.env, {
    CLIENT_TABLE: 'clients',
    PLAN_IDS: 'plan-s plan-g',
    STAGE_ARNS: 'arn:aws:execute-api:r:1:api/prod/',
    OVERLAP_SECONDS: '3600',
    KEY_DELAY_SECONDS: '60',
  });
  jest
    .spyOn(APIGatewayClient.prototype as { send: typeof answer }, 'send')
    .mockImplementation(answer);
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});

afterAll(async () => {
  jest.restoreAllMocks();
  process.env = before;
  await dynamoDb.stop();
});

test('the deployed client function works on its table, its plans and its stages', async () => {
  const { handler } = await import('../../../lambda/clients/entry/client-function.ts');
  const created = await handler({
    operation: 'create',
    client: 'charlie',
    permissions: ['job.read'],
    plan: 'gold',
    digest: digestFor('first'),
  });
  expect(created).toMatchObject({ client: 'charlie', plan: 'gold', state: 'pending' });
  // One for the client, and one in advance.
  const perKey = ['GetApiKeys', 'CreateApiKey', 'CreateUsagePlanKey'];
  expect(sent.map(({ command }) => command)).toEqual([...perKey, ...perKey]);
  expect(sent[1]?.input.name).toMatch(/^[0-9a-f]{40}$/);
  expect(sent[2]?.input).toMatchObject({ usagePlanId: 'plan-g', keyId: 'k2' });
  const rotated = await handler({
    operation: 'rotate',
    client: 'charlie',
    digest: digestFor('second'),
  });
  const [next, previous] = (rotated as ClientView).tokens;
  expect(Number(previous?.expiresAt) - Number(next?.issuedAt)).toBe(3_600_000);
});

test('it flushes its stages, waits six seconds, and flushes them again', async () => {
  const { handler } = await import('../../../lambda/clients/entry/client-function.ts');
  sent.length = 0;
  await handler({ operation: 'revoke', client: 'charlie', tokens: 'all' });
  expect(wait.mock.calls).toEqual([[6_000]]);
  const flush = {
    command: 'FlushStageAuthorizersCache',
    input: { restApiId: 'api', stageName: 'prod' },
  };
  expect(sent).toEqual([flush, flush]);
});
