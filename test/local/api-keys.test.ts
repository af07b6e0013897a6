import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeysCommand,
  GetUsageCommand,
  GetUsagePlanKeyCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  ImportApiKeysCommand,
  UpdateApiKeyCommand,
} from '@aws-sdk/client-api-gateway';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { echo, type FixtureApp } from './support/fixture-app.ts';
import { type Served, serve } from './support/serve.ts';

const plan = (properties: object = {}) => ({
  Type: 'AWS::ApiGateway::UsagePlan',
  Properties: { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' } }], ...properties },
});

/** Tokens are the keys that the authorizer returns. */
const app: FixtureApp = {
  functions: {
    Auth: `export const handler = async ({ headers }) => ({
      principalId: 'p',
      policyDocument: { Version: '2012-10-17', Statement: [
        { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } ] },
      usageIdentifierKey: headers['X-Token'],
    });`,
    Echo: echo,
  },
  api: { ApiKeySourceType: 'AUTHORIZER' },
  methods: [{ route: 'GET /things', calls: 'Echo', properties: { ApiKeyRequired: true } }],
  resources: {
    Standard: plan({ UsagePlanName: 'standard', Quota: { Limit: 2, Period: 'DAY' } }),
    Gold: plan({ UsagePlanName: 'gold', Throttle: { RateLimit: 100, BurstLimit: 200 } }),
    Declared: {
      Type: 'AWS::ApiGateway::ApiKey',
      Properties: { Enabled: true, Name: 'declared', Value: 'declared'.padEnd(20, '0') },
    },
    Member: {
      Type: 'AWS::ApiGateway::UsagePlanKey',
      Properties: {
        KeyId: { Ref: 'Declared' },
        KeyType: 'API_KEY',
        UsagePlanId: { Ref: 'Gold' },
      },
    },
  },
};

let api: Served;
let client: APIGatewayClient;
let standard = '';
let gold = '';
let keys = 0;

beforeAll(async () => {
  api = await serve(app);
  client = new APIGatewayClient({
    endpoint: api.endpoint,
    region: 'eu-west-1',
    credentials: api.credentials,
  });
  const { items = [] } = await client.send(new GetUsagePlansCommand({}));
  const idOf = (wanted: string) => items.find(({ name }) => name === wanted)?.id ?? '';
  standard = idOf('standard');
  gold = idOf('gold');
});

const newValue = () => `key${String(keys++).padStart(37, '0')}`;
const status = async (value: string) =>
  (await api.call('/things', { headers: { 'X-Token': value } })).status;

async function make(value = newValue(), enabled = true) {
  const { id = '' } = await client.send(
    new CreateApiKeyCommand({ name: value, value, description: 'a key', enabled }),
  );
  return { id, value };
}
const join = (keyId: string, usagePlanId: string) =>
  client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
const leave = (keyId: string, usagePlanId: string) =>
  client.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));

async function plansOf(keyId: string): Promise<unknown> {
  const { items = [] } = await client.send(new GetUsagePlansCommand({ keyId }));
  return items.map(({ name }) => name);
}

describe('an API key that is made while the gateway runs', () => {
  test('opens the API while it is in a plan, is limited by it, and counted', async () => {
    const { id, value } = await make();
    expect(await status(value)).toBe(403);
    await join(id, standard);
    expect(await plansOf(id)).toEqual(['standard']);
    expect([await status(value), await status(value), await status(value)]).toEqual([
      200, 200, 429,
    ]);
    const day = new Date().toISOString().slice(0, 10);
    const usage = { usagePlanId: standard, startDate: day, endDate: day, keyId: id };
    expect((await client.send(new GetUsageCommand(usage))).items).toEqual({ [id]: [[2, 0]] });

    await leave(id, standard);
    expect(await status(value)).toBe(403);
    await join(id, gold);
    expect(await status(value)).toBe(200);
    await client.send(new DeleteApiKeyCommand({ apiKey: id }));
    expect(await status(value)).toBe(403);
    expect(await plansOf(id).catch(({ name }: Error) => name)).toBe('NotFoundException');
  });

  test('opens nothing if it is not enabled', async () => {
    const { id, value } = await make(newValue(), false);
    await join(id, gold);
    expect(await status(value)).toBe(403);
  });

  test('has a value that no other key has, and of the right form', async () => {
    const { value } = await make();
    await expect(make(value)).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(make('short')).rejects.toMatchObject({ name: 'BadRequestException' });
    await expect(make(`${value}-`)).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  test('gets a value and a name if it has none', async () => {
    const {
      id = '',
      name,
      value = '',
    } = await client.send(new CreateApiKeyCommand({ enabled: true }));
    expect(name).toBe(value);
    await join(id, gold);
    expect(await status(value)).toBe(200);
  });

  test.each([
    ['changing a key', () => client.send(new UpdateApiKeyCommand({ apiKey: 'any' }))],
    [
      'reading a key of a plan',
      () => client.send(new GetUsagePlanKeyCommand({ usagePlanId: gold, keyId: 'any' })),
    ],
  ])('cannot do what nobody needs here: %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  test('is in one plan of a stage', async () => {
    const { id } = await make();
    await join(id, standard);
    await expect(join(id, standard)).rejects.toMatchObject({ name: 'ConflictException' });
    await expect(join(id, gold)).rejects.toMatchObject({ name: 'ConflictException' });
    expect(await plansOf(id)).toEqual(['standard']);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['removing a key', () => client.send(new DeleteApiKeyCommand({ apiKey: 'none' }))],
    ['a key for a plan', () => join('none', gold)],
    ['a plan for a key', async () => join((await make()).id, 'none')],
    ['leaving a plan', async () => leave((await make()).id, gold)],
    ['keys of a plan', () => client.send(new GetUsagePlanKeysCommand({ usagePlanId: 'none' }))],
  ])('is not found: %s', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

describe('the lists of API keys', () => {
  test('are found by the beginnings of names, with values on request', async () => {
    const { id, value } = await make(`findme${newValue()}`);
    const find = async (input: object) => {
      const nameQuery = 'findme';
      return (await client.send(new GetApiKeysCommand({ nameQuery, ...input }))).items;
    };
    expect(await find({})).toEqual([
      expect.objectContaining({ id, name: value, enabled: true, description: 'a key' }),
    ]);
    expect((await find({}))?.[0]).not.toHaveProperty('value');
    expect(await find({ includeValues: true })).toMatchObject([{ value }]);
    expect(await find({ nameQuery: 'declared' })).toMatchObject([{ name: 'declared' }]);
  });

  test('come in pages, while others come and go', async () => {
    const made = await Promise.all(Array.from({ length: 7 }, () => make()));
    for (const { id } of made) await join(id, gold);
    const found: string[] = [];
    let position: string | undefined;
    do {
      const page = await client.send(
        new GetUsagePlanKeysCommand({ usagePlanId: gold, limit: 2, ...(position && { position }) }),
      );
      found.push(...(page.items ?? []).map(({ name }) => name ?? ''));
      position = page.position;
      // The last one of a page goes before the next page is asked for.
      const last = made.find(({ value }) => value === found.at(-1));
      if (last) await leave(last.id, gold);
    } while (position);
    expect(found).toEqual(expect.arrayContaining(made.map(({ value }) => value)));
    expect(new Set(found).size).toBe(found.length);
  });

  test.each([0, 501])('have no pages of %d', async (limit) => {
    await expect(
      client.send(new GetUsagePlanKeysCommand({ usagePlanId: gold, limit })),
    ).rejects.toMatchObject({ name: 'BadRequestException' });
  });
});

describe('an import of API keys', () => {
  const load = (...rows: string[]) =>
    client.send(
      new ImportApiKeysCommand({
        body: Buffer.from(['Name,key,description,Enabled,usageplanIds', ...rows].join('\n')),
        format: 'csv',
        failOnWarnings: false,
      }),
    );

  test('makes keys in their plans', async () => {
    const [one, two, off] = [newValue(), newValue(), newValue()];
    const { ids, warnings } = await load(
      `${one},${one},"a, b",TRUE,${gold}`,
      `${two},${two},,true,`,
      `${off},${off},,FALSE,${gold}`,
    );
    expect(warnings).toEqual([]);
    expect(ids).toHaveLength(3);
    expect(await plansOf(ids?.[0] ?? '')).toEqual(['gold']);
    expect([await status(one), await status(two), await status(off)]).toEqual([200, 403, 403]);
  });

  test('leaves out what cannot be, and says so', async () => {
    const [known, good] = [newValue(), newValue()];
    await make(known);
    const { ids, warnings } = await load(
      `${known},${known},,TRUE,${gold}`,
      `short,short,,TRUE,${gold}`,
      `${good},${good},,TRUE,"none,${gold},${standard}"`,
    );
    expect(ids).toHaveLength(1);
    expect(warnings).toEqual([
      expect.stringContaining('Row 1'),
      expect.stringContaining('Row 2'),
      expect.stringContaining('no usage plan none'),
      expect.stringContaining('another usage plan of the same stage'),
    ]);
    expect(await status(good)).toBe(200);
  });

  test('is refused if it is no CSV', async () => {
    await expect(load('"')).rejects.toMatchObject({ name: 'BadRequestException' });
  });
});
