import { createServer, type Server } from 'node:net';
import {
  APIGatewayClient,
  FlushStageAuthorizersCacheCommand,
  GetUsageCommand,
  GetUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { describe, expect, test } from '@jest/globals';
import type { Credentials } from '../../local/aws/credentials.ts';
import { welcomeText } from '../../local/cli/welcome.ts';
import type { ClientAnswer } from '../../local/console/clients/entries.ts';
import { eventually } from './support/eventually.ts';
import {
  assemblyOfStacks,
  echo,
  type FixtureApp,
  type FixtureStack,
  trustingAuthorizer,
} from './support/fixture-app.ts';
import { runTokens } from './support/operator.ts';
import { type Served, serveAssembly } from './support/serve.ts';
import { watch } from './support/watch.ts';

/** An API whose one route has its own authorizer. */
const apiApp = (name: string, more: Partial<FixtureApp> = {}): FixtureApp => ({
  functions: { Auth: trustingAuthorizer, Echo: echo },
  methods: [{ route: `GET /${name}/{id}`, calls: 'Echo' }],
  api: { Name: name },
  ...more,
});

const apiStack = (name: string, more: Partial<FixtureApp> = {}): FixtureStack => ({
  app: apiApp(name, more),
});

const token = (value: string) => ({ headers: { 'X-Token': value } });

/** The URL of a stage by the name of its API. */
function urlOf({ stages }: Served, name: string, stage = 'prod'): string {
  const found = stages.find(({ api }) => api.name === name && api.stage === stage);
  if (found === undefined) throw new Error(`no ${name}/${stage}`);
  return found.url;
}

function clientOf<Client>(
  api: Served,
  Make: new (options: { endpoint: string; region: string; credentials: Credentials }) => Client,
): Client {
  const { endpoint, credentials } = api;
  return new Make({ endpoint, region: 'eu-west-1', credentials: { ...credentials } });
}

describe('several stacks with an API', () => {
  test('are served at once, each on a port where its paths are those that it has on AWS', async () => {
    const api = await serveAssembly(
      assemblyOfStacks({ Orders: apiStack('orders'), Reports: apiStack('reports') }),
    );
    const ports = api.stages.map(({ url }) => new URL(url).port);
    expect(new Set(ports).size).toBe(2);
    for (const [index, name] of ['orders', 'reports'].entries()) {
      const url = urlOf(api, name);
      expect(url).toBe(`http://127.0.0.1:${ports[index]}/prod`);
      const { json, outcome } = await api.call(`/${name}/7`, token('bravo'), url);
      expect(json).toMatchObject({
        path: `/${name}/7`,
        resource: `/${name}/{id}`,
        requestContext: {
          apiId: api.stages[index]?.api.id,
          path: `/prod/${name}/7`,
          stage: 'prod',
          authorizer: { principalId: 'bravo' },
        },
      });
      expect(outcome).toMatchObject({ label: name, decision: 'authorized' });
      expect((await api.call(`/${name}/7`, token('bravo'), url)).outcome.decision).toBe('cached');
    }
    expect((await api.call('/reports/7', token('bravo'), urlOf(api, 'orders'))).status).toBe(403);
  });

  test('take the port and the ones after it', async () => {
    const folder = assemblyOfStacks({ A: apiStack('a'), B: apiStack('b'), C: apiStack('c') });
    const port = await freePorts(3);
    const api = await serveAssembly(folder, { port });
    expect(api.stages.map(({ url }) => Number(new URL(url).port))).toEqual([
      port,
      port + 1,
      port + 2,
    ]);
    await expect(serveAssembly(folder, { port })).rejects.toThrow(
      `Port ${port} is taken: choose another with --port`,
    );
    await api.stop();
    const other = await listenAt(port + 2);
    await expect(serveAssembly(folder, { port })).rejects.toThrow(`Port ${port + 2} is taken`);
    other?.close();
  });

  test('are described to an operator together, and one by one', async () => {
    const api = await serveAssembly(
      assemblyOfStacks({ Orders: apiStack('orders'), Reports: apiStack('reports') }),
    );
    const cloudFormation = clientOf(api, CloudFormationClient);
    const names = async (input: { StackName?: string }) =>
      (await cloudFormation.send(new DescribeStacksCommand(input))).Stacks?.map(
        ({ StackName }) => StackName,
      );
    expect(await names({})).toEqual(['Orders', 'Reports']);
    expect(await names({ StackName: 'Reports' })).toEqual(['Reports']);
    await expect(names({ StackName: 'Other' })).rejects.toThrow('does not exist');
  });

  test('share a console, where each request has its API, and each client its stack', async () => {
    const withClient = (name: string) =>
      apiStack(name, {
        resources: {
          Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: name } },
        },
        outputs: {
          Client: {
            Value: {
              'Fn::Sub': `{"apiTokenClient":1,"name":"bravo","secretId":"\${Secret}"}`,
            },
          },
        },
      });
    const api = await serveAssembly(
      assemblyOfStacks({ Orders: withClient('orders'), Reports: withClient('reports') }),
    );
    const watcher = await watch(api.consoleUrl);
    for (const name of ['orders', 'reports']) {
      await api.call(`/${name}/1`, token('bravo'), urlOf(api, name));
    }
    expect(await watcher.requests(2)).toMatchObject([{ api: 'orders' }, { api: 'reports' }]);
    expect(watcher.events('start')[0].apis).toEqual([
      { label: 'orders', url: urlOf(api, 'orders') },
      { label: 'reports', url: urlOf(api, 'reports') },
    ]);
    expect(watcher.events('clients')[0].clients).toMatchObject([
      { name: 'bravo', stack: 'Orders', rotateCommand: expect.stringMatching(/ --stack Orders$/) },
      {
        name: 'bravo',
        stack: 'Reports',
        rotateCommand: expect.stringMatching(/ --stack Reports$/),
      },
    ]);
    for (const { url } of api.stages) {
      const page = await fetch(`${new URL(url).origin}/_console`);
      expect([page.status, page.headers.get('content-type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
    }
    expect(api.clients().map(({ stackName, token: own }) => [stackName, own])).toEqual([
      ['Orders', 'orders'],
      ['Reports', 'reports'],
    ]);
  });

  test('are named to the operator wherever one has clients in code and another a table', async () => {
    const client =
      '{"apiTokenClient":1,"name":"alpha","secretId":"alpha","permissions":[],"variable":"A","authorizerFunction":"f","rotationFunction":"r"}';
    const table =
      '{"apiTokenClientTable":1,"clientFunction":"f","tableName":"t","tokenPrefix":"atk","plans":[],"importedKeys":false}';
    const secret = { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'alpha' } };
    const api = await serveAssembly(
      assemblyOfStacks({
        Orders: apiStack('orders', {
          resources: { Secret: secret },
          outputs: { Client: { Value: client } },
        }),
        Reports: apiStack('reports', { outputs: { Table: { Value: table } } }),
      }),
    );
    const welcome = await welcomeText(api.app, api, 0, (_, text) => text);
    const watcher = await watch(api.consoleUrl);
    const { clients, tables } = await eventually(() => watcher.events('clients')[0]);
    const response = await fetch(`${api.consoleUrl}/client?name=alpha`);
    const page = (await response.json()) as ClientAnswer;

    const rotate = 'npm run tokens -- rotate alpha --stack Orders';
    expect(welcome).toContain(`\nalpha (Orders)\n  has no token: issue one with \`${rotate}\`\n`);
    expect(welcome).toContain('`npm run tokens -- list --stack Orders`');
    expect(clients).toMatchObject([{ stack: 'Orders', rotateCommand: rotate }]);
    expect(page.clients[0]?.commands.map(({ command }) => command)).toEqual([
      rotate,
      'npm run tokens -- revoke alpha --previous --stack Orders',
      'npm run tokens -- revoke alpha --stack Orders',
    ]);
    const create = "npm run --silent tokens -- create charlie --permissions '*' --stack Reports";
    expect(welcome).toContain(
      `\nclient table (Reports): its clients cannot be counted\n  ${create}`,
    );
    expect(tables).toMatchObject([{ stack: 'Reports', createCommand: create }]);
    await expect(runTokens(api, ['list'])).resolves.toMatchObject({
      err: 'error: Several stacks have API tokens: name one with --stack, of Orders, Reports.\n',
    });
  });
});

describe('several APIs in one stack', () => {
  const second = (authorizerId: unknown) => ({
    Api2: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'second' } },
    Stage2: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: 'Api2' }, StageName: 'prod' },
    },
    Authorizer2: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: {
        Type: 'REQUEST',
        RestApiId: { Ref: 'Api2' },
        AuthorizerUri: {
          'Fn::Sub': `x/functions/\${Auth.Arn}/invocations`,
        },
        IdentitySource: 'method.request.header.X-Other',
      },
    },
    Teapot: {
      Type: 'AWS::ApiGateway::GatewayResponse',
      Properties: {
        RestApiId: { Ref: 'Api2' },
        ResponseType: 'UNAUTHORIZED',
        StatusCode: '418',
      },
    },
    Root2: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api2' },
        ResourceId: { 'Fn::GetAtt': ['Api2', 'RootResourceId'] },
        HttpMethod: 'GET',
        AuthorizationType: 'CUSTOM',
        AuthorizerId: authorizerId,
        Integration: {
          Type: 'AWS_PROXY',
          Uri: { 'Fn::Sub': `x/functions/\${Echo.Arn}/invocations` },
        },
      },
    },
  });

  test('have each their own resources, authorizers and gateway responses', async () => {
    const api = await serveAssembly(
      assemblyOfStacks({ Both: apiStack('first', { resources: second({ Ref: 'Authorizer2' }) }) }),
    );
    const [first, other] = [urlOf(api, 'first'), urlOf(api, 'second')];
    const headers = { 'X-Token': 'bravo', 'X-Other': 'other' };
    const { json } = await api.call('/', { headers }, other);
    expect(json).toMatchObject({ path: '/', requestContext: { stage: 'prod' } });
    expect((await api.call('/first/1', { headers }, first)).status).toBe(200);
    expect((await api.call('/', { headers }, first)).status).toBe(403);
    expect((await api.call('/', token('bravo'), other)).status).toBe(418);
    expect((await api.call('/first/1', {}, first)).status).toBe(401);
  });

  test('are served without one that cannot be, which is named with the reason', async () => {
    const api = await serveAssembly(
      assemblyOfStacks({ Both: apiStack('first', { resources: second({ Ref: 'Authorizer' }) }) }),
    );
    expect(api.stages.map(({ api: { name, label } }) => [name, label])).toEqual([
      ['first', undefined],
    ]);
    expect(api.app.notServed).toEqual([
      'API second is not served: method Root2: its authorizer is not one of this API in this app.',
    ]);
  });

  test('are served without one whose function is not for Node.js', async () => {
    const python = (name: string) =>
      apiStack(name, {
        functions: {
          Auth: trustingAuthorizer,
          Echo: { code: '', properties: { Runtime: 'python3.13' } },
        },
      });
    const folder = assemblyOfStacks({ A: apiStack('a'), B: python('b') });
    const api = await serveAssembly(folder);
    expect((await api.call('/a/1', token('t'))).status).toBe(200);
    expect(api.app.notServed).toEqual([
      'API b is not served: function Echo: its runtime is python3.13, only Node.js runs here.',
    ]);
    await expect(serveAssembly(folder, { stackNames: ['B'] })).rejects.toThrow(
      'function Echo: its runtime is python3.13, only Node.js runs here.',
    );
  });

  test('are told apart by their names, or else by their stacks', async () => {
    const names = async (stacks: Record<string, FixtureStack>) =>
      (await serveAssembly(assemblyOfStacks(stacks))).stages.map(({ api: { name } }) => name);
    expect(await names({ A: apiStack('x'), B: apiStack('x') })).toEqual(['A/x', 'B/x']);
    const twins = second({ Ref: 'Authorizer2' });
    twins.Api2.Properties.Name = 'x';
    expect(await names({ A: apiStack('x', { resources: twins }) })).toEqual(['A/Api', 'A/Api2']);
  });
});

describe('several stages of one API', () => {
  const plan = {
    Type: 'AWS::ApiGateway::UsagePlan',
    Properties: {
      ApiStages: [
        { ApiId: { Ref: 'Api' }, Stage: 'prod' },
        { ApiId: { Ref: 'Api' }, Stage: 'test' },
      ],
      Quota: { Limit: 3, Period: 'MONTH' },
    },
  };
  const stages = (more: object = {}) => ({
    Test: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { StageName: 'test', Variables: { color: 'blue' } },
    },
    ...more,
  });
  const key = {
    Key: {
      Type: 'AWS::ApiGateway::ApiKey',
      Properties: { Enabled: true, Value: 'key-of-bravo-0123456789' },
    },
    PlanKey: {
      Type: 'AWS::ApiGateway::UsagePlanKey',
      Properties: { KeyId: { Ref: 'Key' }, KeyType: 'API_KEY', UsagePlanId: { Ref: 'Plan' } },
    },
  };

  test('have one port, and each their own path, variables and authorizer results', async () => {
    const api = await serveAssembly(
      assemblyOfStacks({ A: apiStack('a', { resources: stages() }) }),
    );
    const [prod, other] = [urlOf(api, 'a'), urlOf(api, 'a', 'test')];
    expect(new URL(prod).origin).toBe(new URL(other).origin);
    expect((await api.call('/a/1', token('t'), prod)).outcome).toMatchObject({
      label: 'prod',
      decision: 'authorized',
    });
    const { json, outcome } = await api.call('/a/1', token('t'), other);
    expect(outcome).toMatchObject({ label: 'test', decision: 'authorized' });
    expect(json).toMatchObject({
      path: '/a/1',
      stageVariables: { color: 'blue' },
      requestContext: { stage: 'test', path: '/test/a/1' },
    });
    const { origin } = new URL(prod);
    expect(await api.call('/none/a/1', token('t'), origin)).toMatchObject({
      status: 403,
      json: { message: 'Forbidden' },
    });

    const flush = (stageName: string) =>
      clientOf(api, APIGatewayClient).send(
        new FlushStageAuthorizersCacheCommand({ restApiId: api.stages[0]?.api.id, stageName }),
      );
    await flush('test');
    const decision = async (url: string) =>
      (await api.call('/a/1', token('t'), url)).outcome.decision;
    expect([await decision(prod), await decision(other)]).toEqual(['cached', 'authorized']);
    await expect(flush('none')).rejects.toThrow('Invalid stage identifier');
  });

  test('count the requests of a key in their plan together', async () => {
    const app = apiApp('a', { resources: stages({ Plan: plan, ...key }) });
    const methods = app.methods.map((one) => ({ ...one, properties: { ApiKeyRequired: true } }));
    const api = await serveAssembly(assemblyOfStacks({ A: { app: { ...app, methods } } }));
    const headers = { 'X-Token': 't', 'X-Api-Key': 'key-of-bravo-0123456789' };
    const [prod, other] = [urlOf(api, 'a'), urlOf(api, 'a', 'test')];
    const statuses: number[] = [];
    for (const url of [prod, other, prod, other, prod]) {
      statuses.push((await api.call('/a/1', { headers }, url)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect(api.usagePlans()).toMatchObject([{ quota: { remaining: 0 }, requestsToday: 3 }]);

    const apiGateway = clientOf(api, APIGatewayClient);
    const [usagePlanId] = api.usagePlans().map(({ planId }) => planId);
    const found = await apiGateway.send(new GetUsagePlanCommand({ usagePlanId }));
    expect(found.apiStages?.map(({ stage }) => stage)).toEqual(['prod', 'test']);
    const [startDate] = new Date().toISOString().split('T');
    const used = await apiGateway.send(
      new GetUsageCommand({ usagePlanId, startDate, endDate: startDate }),
    );
    expect(Object.values(used.items ?? {})).toEqual([[[3, 0]]]);
  });

  test('limit a key only where its plan is', async () => {
    const own = {
      ...plan,
      Properties: { ...plan.Properties, ApiStages: plan.Properties.ApiStages.slice(0, 1) },
    };
    const app = apiApp('a', { resources: stages({ Plan: own, ...key }) });
    const methods = app.methods.map((one) => ({ ...one, properties: { ApiKeyRequired: true } }));
    const api = await serveAssembly(assemblyOfStacks({ A: { app: { ...app, methods } } }));
    const headers = { 'X-Token': 't', 'X-Api-Key': 'key-of-bravo-0123456789' };
    expect((await api.call('/a/1', { headers }, urlOf(api, 'a'))).status).toBe(200);
    expect((await api.call('/a/1', { headers }, urlOf(api, 'a', 'test'))).outcome.decision).toBe(
      'INVALID_API_KEY',
    );
  });
});

async function listenAt(port: number): Promise<Server | undefined> {
  const { promise, resolve } = Promise.withResolvers<Server | undefined>();
  const server = createServer();
  server.on('error', () => resolve(undefined));
  server.listen(port, '127.0.0.1', () => resolve(server));
  return await promise;
}

/** The first of so many free ports in a row. */
async function freePorts(count: number): Promise<number> {
  for (let port = 20_000 + Math.floor(Math.random() * 30_000); port < 65_000; port += count) {
    const servers = await Promise.all(Array.from({ length: count }, (_, i) => listenAt(port + i)));
    for (const server of servers) server?.close();
    if (servers.every((server) => server !== undefined)) return port;
  }
  throw new Error('no free ports');
}
