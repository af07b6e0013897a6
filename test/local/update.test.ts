import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  GetApiKeysCommand,
  GetUsageCommand,
  GetUsagePlansCommand,
} from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { readAssembly } from '../../local/assembly/assembly.ts';
import { newCredentials } from '../../local/aws/credentials.ts';
import { startDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { readServedApp } from '../../local/served-app.ts';
import { Problem } from '../../terminal/problem.ts';
import { eventually } from './support/eventually.ts';
import {
  assemblyOf,
  assemblyOfStacks,
  echo,
  type FixtureApp,
  type FixtureStack,
} from './support/fixture-app.ts';
import { newGate } from './support/gate.ts';
import { type Served, serve, serveAssembly } from './support/serve.ts';

// Each starts a gateway: a loaded machine needs its time.
jest.setTimeout(60_000);

async function update(api: Served, app: FixtureApp): Promise<void> {
  const { ended } = await api.update(readServedApp(readAssembly(assemblyOf(app)), 'eu-west-1'));
  await ended;
}

const clientOf = (api: Served) => ({
  endpoint: api.endpoint,
  region: 'eu-west-1',
  credentials: { ...api.credentials },
});

describe('custom resources', () => {
  /** An app whose function `Echo` depends on `First`, and on no other custom resource. */
  const app = (properties: Record<string, object>, code = ''): FixtureApp => ({
    functions: {
      Echo: { code: echo, dependsOn: 'First' },
      Maker: `export const handler = async (event) => {
        const { RequestType, LogicalResourceId, PhysicalResourceId, ResourceProperties,
          OldResourceProperties } = event;
        console.log(JSON.stringify([LogicalResourceId, RequestType, ResourceProperties.Text,
          PhysicalResourceId, OldResourceProperties?.Text]));
        ${code}
        await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({
          Status: ResourceProperties.Text === 'bad' ? 'FAILED' : 'SUCCESS',
          PhysicalResourceId: 'id of ' + LogicalResourceId }) });
      };`,
    },
    methods: [{ route: 'GET /', calls: 'Echo', open: true }],
    resources: Object.fromEntries(
      Object.entries(properties).map(([id, more]) => [
        id,
        {
          Type: `Custom::${id}`,
          Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] }, ...more },
        },
      ]),
    ),
  });
  /** What the function was asked for, once it is so much: an update does not wait for what no API needs. */
  const orders = ({ output }: Served, count: number) =>
    eventually(() => (output.length >= count ? output.map((line) => JSON.parse(line)) : undefined));

  test('are asked for when they are new or have changed', async () => {
    const api = await serve(app({ First: { Text: 'a' }, Other: { Text: 'x' } }));
    await update(api, app({ First: { Text: 'a' }, Other: { Text: 'y' } }));
    await orders(api, 3);
    await update(api, app({ First: { Text: 'a' } }));
    await update(api, app({ First: { Text: 'b' }, Other: { Text: 'y' } }, 'void 0;'));
    expect(await orders(api, 5)).toEqual([
      ['First', 'Create', 'a', null, null],
      ['Other', 'Create', 'x', null, null],
      ['Other', 'Update', 'y', 'id of Other', 'x'],
      ['First', 'Update', 'b', 'id of First', 'a'],
      ['Other', 'Create', 'y', null, null],
    ]);
  });

  test('that have failed, and that no API needs, are asked for when their code has changed', async () => {
    const api = await serve(app({ First: {}, Other: { Text: 'bad' } }));
    await update(api, app({ First: {}, Other: { Text: 'bad' } }));
    expect(api.logs).toHaveLength(1);
    await update(api, {
      ...app({ First: {}, Other: { Text: 'bad' } }),
      resources: {
        ...app({ First: {}, Other: { Text: 'bad' } }).resources,
        Maker: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Runtime: 'nodejs24.x',
            Handler: 'index.handler',
            Code: {
              ZipFile: `exports.handler = async (event) => fetch(event.ResponseURL,
                { method: 'PUT', body: '{"Status":"SUCCESS"}' }).then(() => console.log('"mended"'));`,
            },
          },
        },
      },
    });
    expect((await orders(api, 3)).slice(2)).toEqual(['mended']);
    expect(api.logs).toHaveLength(1);
  });

  test('that an API needs and that fail leave what is served as it is', async () => {
    const api = await serve(app({ First: { Text: 'a' } }));
    const before = api.stages;
    const bad = app({ First: { Text: 'bad' } });
    await expect(update(api, bad)).rejects.toThrow('resource First: its function failed');
    await expect(update(api, bad)).rejects.toThrow('resource First: its function failed');
    expect((await api.call('/')).status).toBe(200);
    expect(api.stages).toEqual(before);
    await update(api, app({ First: { Text: 'a' } }));
    expect((await orders(api, 4)).map(([, type, text]) => `${type} ${text}`)).toEqual([
      'Create a',
      'Update bad',
      'Update bad',
      'Update a',
    ]);
    expect((await api.call('/')).status).toBe(200);
  });
});

describe('a function', () => {
  const gate = newGate();
  const app = (variables: object, resources = {}, code = ''): FixtureApp => ({
    functions: {
      Reads: {
        code: `export const handler = async () => ({ statusCode: 200, body: process.env.WHO });${code}`,
        properties: { Environment: { Variables: variables } },
      },
      Waits: {
        code: `export const handler = async ({ ResponseURL }) => {
          ${gate.wait}
          await fetch(ResponseURL, { method: 'PUT', body: '{"Status":"SUCCESS"}' });
        };`,
        properties: { Timeout: 30 },
      },
    },
    methods: [{ route: 'GET /', calls: 'Reads', open: true }],
    resources,
  });
  const who = async (api: Served) => (await api.call('/')).text;
  async function say(api: Served, WHO: string): Promise<void> {
    const lambda = new LambdaClient(clientOf(api));
    await lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: 'Fixture-Reads',
        Environment: { Variables: { WHO } },
      }),
    );
    lambda.destroy();
  }

  test('keeps the environment that it was given, until the template has another one', async () => {
    const api = await serve(app({ WHO: 'template' }));
    await say(api, 'operator');
    await update(api, app({ WHO: 'template' }, {}, '/* new code */'));
    expect(await who(api)).toBe('operator');
    await update(api, app({ WHO: 'new template' }));
    expect(await who(api)).toBe('new template');
  });

  test('has the environment that it was given while the next deployment was made', async () => {
    const api = await serve(app({ WHO: 'template' }));
    const updating = update(
      api,
      app(
        { WHO: 'template' },
        {
          Slow: {
            Type: 'Custom::Slow',
            Properties: { ServiceToken: { 'Fn::GetAtt': ['Waits', 'Arn'] } },
          },
          Next: {
            Type: 'Custom::Next',
            DependsOn: 'Slow',
            Properties: { ServiceToken: 'arn:aws:sns:eu-west-1:1:topic' },
          },
        },
      ),
    );
    await gate.reached(1, api.output);
    await say(api, 'operator');
    expect(await who(api)).toBe('operator');
    gate.open();
    await updating;
    expect(await who(api)).toBe('operator');
    const lambda = new LambdaClient(clientOf(api));
    const { Environment } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'Fixture-Reads' }),
    );
    lambda.destroy();
    expect(Environment?.Variables).toEqual({ WHO: 'operator' });
  });
});

describe('an update whose secrets cannot be kept', () => {
  const stack = (text: string): FixtureStack => ({
    app: {
      functions: {
        Answer: `export const handler = async () => ({ statusCode: 200, body: '${text}' });`,
      },
      methods: [{ route: 'GET /', calls: 'Answer', open: true }],
      outputs: { Version: { Value: text } },
    },
  });
  const next = (stacks: Record<string, FixtureStack>) =>
    readServedApp(readAssembly(assemblyOfStacks(stacks)), 'eu-west-1');
  const servers = () => process.getActiveResourcesInfo().filter((one) => one === 'TCPServerWrap');

  test('leaves what was served, and no port of what was not', async () => {
    const api = await serveAssembly(assemblyOfStacks({ One: stack('one') }));
    const { secrets } = api;
    const retain = secrets.retain.bind(secrets);
    const before = servers();
    let isFull = true;
    Object.assign(secrets, {
      retain: (...what: Parameters<typeof retain>) => {
        if (isFull) throw new Problem('the disk is full');
        retain(...what);
      },
    });
    const both = next({ One: stack('two'), Other: stack('other') });
    await expect(api.update(both)).rejects.toThrow('the disk is full');
    const cloudFormation = new CloudFormationClient(clientOf(api));
    const { Stacks: [described] = [] } = await cloudFormation.send(new DescribeStacksCommand({}));
    expect(described?.Outputs?.[0]?.OutputValue).toBe('one');
    expect((await api.call('/')).text).toBe('one');
    expect(servers()).toEqual(before);

    isFull = false;
    const { ended } = await api.update(both);
    await ended;
    expect((await api.call('/')).text).toBe('two');
    expect(servers()).toHaveLength(before.length + 1);
  });
});

describe('a request under way', () => {
  const next = (app: FixtureApp) => readServedApp(readAssembly(assemblyOf(app)), 'eu-west-1');

  test('is answered by the deployment that it was sent to, which then ends', async () => {
    const gate = newGate();
    const app = (text: string): FixtureApp => ({
      functions: {
        Auth: `export const handler = async () => {
          ${text === 'old' ? gate.wait : ''}
          return { principalId: '${text}', policyDocument: { Version: '2012-10-17', Statement: [
            { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } ] } };
        };`,
        Answer: `export const handler = async ({ requestContext }) => ({ statusCode: 200,
          body: requestContext.authorizer.principalId + ' ${text}' });`,
      },
      methods: [{ route: 'GET /', calls: 'Answer' }],
    });
    const api = await serve(app('old'));
    const headers = { 'X-Token': 'any' };
    const underWay = api.call('/', { headers });
    await gate.reached(1, api.output);
    const events: string[] = [];
    const { ended } = await api.update(next(app('new')));
    const hasEnded = ended.then(() => events.push('ended'));
    expect((await api.call('/', { headers })).text).toBe('new new');
    events.push('opened');
    gate.open();
    expect((await underWay).text).toBe('old old');
    await hasEnded;
    expect(events).toEqual(['opened', 'ended']);
  });

  test('finds the local AWS of the deployment that serves now', async () => {
    const gate = newGate();
    const app = (value: string): FixtureApp => ({
      functions: {
        Asks: `export const handler = async () => {
          ${gate.wait}
          const response = await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST',
            headers: { 'content-type': 'application/x-www-form-urlencoded',
              authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/' },
            body: 'Action=DescribeStacks' });
          return { statusCode: 200, body: await response.text() };
        };`,
      },
      methods: [{ route: 'GET /', calls: 'Asks', open: true }],
      outputs: { Version: { Value: value } },
    });
    const api = await serve(app('version one'));
    const underWay = api.call('/');
    await gate.reached(1, api.output);
    const { ended } = await api.update(next(app('version two')));
    gate.open();
    expect((await underWay).text).toContain('version two');
    await ended;
  });
});

describe('API keys and what they have used', () => {
  const app = (limit: number, ...plans: string[]): FixtureApp => ({
    functions: {
      Auth: `export const handler = async ({ headers }) => ({
        principalId: 'p', usageIdentifierKey: headers['X-Token'],
        policyDocument: { Version: '2012-10-17', Statement: [
          { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } ] } });`,
      Echo: echo,
    },
    api: { ApiKeySourceType: 'AUTHORIZER' },
    methods: [{ route: 'GET /', calls: 'Echo', properties: { ApiKeyRequired: true } }],
    resources: {
      Declared: {
        Type: 'AWS::ApiGateway::ApiKey',
        Properties: { Enabled: true, Value: `declared${limit}`.padEnd(20, '0') },
      },
      ...Object.fromEntries(
        plans.flatMap((id) => [
          [
            id,
            {
              Type: 'AWS::ApiGateway::UsagePlan',
              Properties: {
                UsagePlanName: id,
                Quota: { Limit: limit, Period: 'DAY' },
                Throttle: { RateLimit: 100, BurstLimit: 100 },
                ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' } }],
              },
            },
          ],
        ]),
      ),
      Member: {
        Type: 'AWS::ApiGateway::UsagePlanKey',
        Properties: {
          KeyId: { Ref: 'Declared' },
          KeyType: 'API_KEY',
          UsagePlanId: { Ref: plans[0] },
        },
      },
    },
  });

  test('stay for as long as their plan does, whatever its limits', async () => {
    const api = await serve(app(2, 'Plan', 'Other'));
    const client = new APIGatewayClient(clientOf(api));
    const made = 'made'.padEnd(20, '0');
    const { id = '' } = await client.send(
      new CreateApiKeyCommand({ name: made, value: made, enabled: true }),
    );
    const plans = async () => {
      const { items = [] } = await client.send(new GetUsagePlansCommand({}));
      return new Map(items.map((one) => [one.name, one.id]));
    };
    const usagePlanId = (await plans()).get('Other');
    await client.send(
      new CreateUsagePlanKeyCommand({ usagePlanId, keyId: id, keyType: 'API_KEY' }),
    );
    const status = async (value: string) =>
      (await api.call('/', { headers: { 'X-Token': value } })).status;
    const declared = (limit: number) => `declared${limit}`.padEnd(20, '0');
    expect([await status(made), await status(made), await status(made)]).toEqual([200, 200, 429]);
    expect(await status(declared(2))).toBe(200);

    await update(api, app(3, 'Plan', 'Other'));
    expect([await status(made), await status(made)]).toEqual([200, 429]);
    const day = new Date().toISOString().slice(0, 10);
    const usage = { usagePlanId, startDate: day, endDate: day, keyId: id };
    expect((await client.send(new GetUsageCommand(usage))).items).toEqual({ [id]: [[3, 0]] });
    // The template's key has another value.
    expect([await status(declared(2)), await status(declared(3))]).toEqual([403, 200]);

    await update(api, app(3, 'Plan'));
    expect(await status(made)).toBe(403);
    expect([...(await plans()).keys()]).toEqual(['Plan']);
    const { items = [] } = await client.send(new GetApiKeysCommand({ includeValues: true }));
    expect(items.map(({ value }) => value)).toEqual([made, declared(3)]);
    client.destroy();
  });
});

describe('a table', () => {
  const dynamoDbs: Awaited<ReturnType<typeof startDynamoDb>>[] = [];
  afterAll(() => Promise.all(dynamoDbs.map((one) => one.stop())));

  /** An app with tables, each with the name of its key. */
  const app = (tables: Record<string, string>): FixtureApp => ({
    functions: { Echo: echo },
    methods: [{ route: 'GET /', calls: 'Echo', open: true }],
    resources: Object.fromEntries(
      Object.entries(tables).map(([TableName, AttributeName]) => [
        TableName,
        {
          Type: 'AWS::DynamoDB::Table',
          Properties: {
            TableName,
            KeySchema: [{ AttributeName, KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName, AttributeType: 'S' }],
          },
        },
      ]),
    ),
  });

  test('keeps its data, also where its keys change, and a new one is there', async () => {
    const credentials = newCredentials();
    const db = await startDynamoDb({
      path: undefined,
      region: 'eu-west-1',
      credentials,
      notice: () => undefined,
    });
    dynamoDbs.push(db);
    const api = await serve(app({ first: 'pk' }), {}, db, credentials);
    const client = new DynamoDBClient({ ...clientOf(api), endpoint: db.endpoint });
    const item = { pk: { S: 'a' } };
    await client.send(new PutItemCommand({ TableName: 'first', Item: item }));
    await update(api, app({ first: 'pk', second: 'pk' }));
    await client.send(new PutItemCommand({ TableName: 'second', Item: item }));
    const read = new GetItemCommand({ TableName: 'first', Key: item });
    expect((await client.send(read)).Item).toEqual(item);
    await expect(update(api, app({ third: 'pk', first: 'other' }))).rejects.toThrow(
      new Problem(
        'The keys or indexes of table first have changed: start again to serve it, which drops its local data.',
      ),
    );
    expect((await client.send(read)).Item).toEqual(item);
    const { TableNames } = await client.send(new ListTablesCommand());
    expect(TableNames).toEqual(['first', 'second']);
    client.destroy();
  });
});
