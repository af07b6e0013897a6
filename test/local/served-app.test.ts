import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findApis } from '../../local/api/read/find-apis.ts';
import { readAssembly } from '../../local/assembly/assembly.ts';
import { newCredentials } from '../../local/aws/credentials.ts';
import { startDynamoDb } from '../../local/dynamodb/dynamodb.ts';
import { readServedApp } from '../../local/served-app.ts';
import { readStacks } from '../../local/template/stacks.ts';
import { asTemplate } from '../../local/template/template.ts';
import { assemblyOfStacks, echo, type FixtureStack } from './support/fixture-app.ts';
import { serveAssembly } from './support/serve.ts';

const read = (folder: string, ...stackNames: string[]) =>
  readServedApp(readAssembly(folder), 'eu-west-1', stackNames);

/** An API whose one route answers with its function's environment. */
const apiStack = (variables: object = {}, more: Partial<FixtureStack> = {}): FixtureStack => ({
  app: {
    functions: {
      Echo: {
        code: 'export const handler = async () => ({ statusCode: 200, body: JSON.stringify(process.env) });',
        properties: { Environment: { Variables: variables } },
      },
    },
    methods: [{ route: 'GET /', calls: 'Echo', open: true }],
  },
  ...more,
});

const resources = (all: Record<string, object>): FixtureStack => ({
  template: { Resources: all },
});

const table = {
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  },
};

const dataStack: FixtureStack = {
  template: {
    Resources: { Table: table, Unread: { Type: 'AWS::SQS::Queue' } },
    Outputs: {
      Exported: {
        Value: { Ref: 'Table' },
        Export: { Name: { 'Fn::Sub': `\${AWS::StackName}:table` } },
      },
      Plain: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] } },
      Unreadable: { Value: { 'Fn::GetAtt': ['Unread', 'Nonsense'] }, Export: { Name: 'none' } },
    },
  },
};

const imported = { 'Fn::ImportValue': 'Data:table' };
const weak = (StackName: string, OutputName: string, more: object = {}) => ({
  'Fn::GetStackOutput': { StackName, OutputName, ...more },
});

describe('what an API needs of other stacks', () => {
  test('is deployed with it: exports, other outputs, and the tables behind them', async () => {
    const folder = assemblyOfStacks({
      Data: dataStack,
      Api: apiStack(
        { TABLE: imported, ARN: weak('Data', 'Plain', { Region: { Ref: 'AWS::Region' } }) },
        { dependencies: ['Data'] },
      ),
    });
    const credentials = newCredentials();
    const store = { path: undefined, region: 'eu-west-1', credentials, notice: () => undefined };
    await using started = new AsyncDisposableStack();
    const dynamoDb = await startDynamoDb(store);
    started.defer(() => dynamoDb.stop());
    const api = await serveAssembly(folder, { dynamoDb, credentials });
    expect((await api.call('/')).json).toMatchObject({
      TABLE: 'Data-Table',
      ARN: 'arn:aws:dynamodb:eu-west-1:000000000000:table/Data-Table',
    });
    expect(api.app.tables).toMatchObject([{ TableName: 'Data-Table' }]);
  });

  test('is a function of another stack, too', async () => {
    const api = await serveAssembly(
      assemblyOfStacks({
        Api: {
          template: {
            Resources: {
              Api: { Type: 'AWS::ApiGateway::RestApi' },
              Stage: {
                Type: 'AWS::ApiGateway::Stage',
                Properties: { RestApiId: { Ref: 'Api' }, StageName: 'v1' },
              },
              Method: {
                Type: 'AWS::ApiGateway::Method',
                Properties: {
                  RestApiId: { Ref: 'Api' },
                  ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
                  HttpMethod: 'GET',
                  Integration: {
                    Type: 'AWS_PROXY',
                    Uri: {
                      'Fn::Sub': [`x/functions/\${Arn}/invocations`, { Arn: weak('Code', 'Arn') }],
                    },
                  },
                },
              },
            },
          },
          dependencies: ['Code'],
        },
        Code: {
          template: {
            Resources: {
              Fn: {
                Type: 'AWS::Lambda::Function',
                Properties: {
                  Runtime: 'nodejs24.x',
                  Handler: 'index.handler',
                  Code: {
                    ZipFile: 'exports.handler = async () => ({ statusCode: 200, body: "there" });',
                  },
                },
              },
              Odd: {
                Type: 'AWS::Lambda::Function',
                Properties: { Runtime: { 'Fn::GetAtt': ['Fn', 'Nonsense'] } },
              },
            },
            Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Fn', 'Arn'] } } },
          },
        },
      }),
    );
    expect((await api.call('/')).text).toBe('there');
    expect(api.url).toMatch(/\/v1$/);
    expect(api.logs).toEqual([
      expect.stringMatching(/^resource Odd: .* The API does not depend on it\.$/),
    ]);
  });

  test('may be a method in another stack than its API', async () => {
    const folder = assemblyOfStacks({
      Api: {
        template: {
          Resources: {
            Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'shared' } },
            Stage: {
              Type: 'AWS::ApiGateway::Stage',
              Properties: { RestApiId: { Ref: 'Api' }, StageName: 'v1' },
            },
          },
          Outputs: {
            Id: { Value: { Ref: 'Api' }, Export: { Name: 'id' } },
            Root: { Value: { 'Fn::GetAtt': ['Api', 'RootResourceId'] }, Export: { Name: 'root' } },
          },
        },
      },
      Routes: {
        app: {
          functions: { Echo: echo },
          methods: [
            {
              route: 'GET /',
              calls: 'Echo',
              open: true,
              properties: {
                RestApiId: { 'Fn::ImportValue': 'id' },
                ResourceId: { 'Fn::ImportValue': 'root' },
              },
            },
          ],
          resources: { Api: table, Stage: table },
        },
        dependencies: ['Api'],
      },
    });
    const api = await serveAssembly(folder);
    expect((await api.call('/')).json).toMatchObject({ requestContext: { stage: 'v1' } });
  });

  test.each<[string, unknown, string]>([
    ['an export', { 'Fn::ImportValue': 'Data:other' }, 'the export Data:other does not exist'],
    ['an output', weak('Data', 'Other'), 'the output Other of stack Data does not exist'],
    ['a stack', weak('Other', 'Plain'), 'the output Plain of stack Other does not exist'],
    [
      'an output in that region',
      weak('Data', 'Plain', { Region: 'us-east-1' }),
      'the output Plain of stack Data does not exist',
    ],
    ['a readable value', { 'Fn::ImportValue': 'none' }, 'the attribute Unread.Nonsense'],
  ])('is a problem when there is no such thing: %s', (_, value, message) => {
    const folder = assemblyOfStacks({
      Data: dataStack,
      Api: apiStack({ A: value }, { dependencies: ['Data'] }),
    });
    expect(() => read(folder)).toThrow(message);
  });

  test('is not looked for in another account or region', () => {
    const folder = assemblyOfStacks({
      Data: { ...dataStack, environment: 'aws://123456789012/us-east-1' },
      Api: apiStack({ A: imported }, { dependencies: ['Data'] }),
    });
    expect(() => read(folder)).toThrow('the export Data:table does not exist');
    const stack = { ...dataStack, environment: 'aws://123456789012/us-east-1' };
    const region = weak('Data', 'Plain', { Region: 'us-east-1' });
    expect(
      read(
        assemblyOfStacks({
          Data: stack,
          Api: apiStack({ A: region }, { dependencies: ['Data'] }),
        }),
      ).apis,
    ).toHaveLength(1);
  });

  test('is a problem when it leads back to itself', () => {
    const circular = (name: string, other: string): FixtureStack => ({
      template: {
        Resources: {},
        Outputs: { A: { Value: { 'Fn::ImportValue': other }, Export: { Name: name } } },
      },
    });
    const folder = assemblyOfStacks({
      One: circular('one', 'two'),
      Two: circular('two', 'one'),
      Api: apiStack({ A: { 'Fn::ImportValue': 'one' } }, { dependencies: ['One', 'Two'] }),
    });
    expect(() => read(folder)).toThrow('export one: it refers to itself in a circle.');
  });
});

describe('the stacks that are served', () => {
  const folder = assemblyOfStacks(
    {
      Data: dataStack,
      Orders: apiStack({ TABLE: imported }, { dependencies: ['Data'] }),
      Reports: apiStack(),
      Empty: { template: { Parameters: { BootstrapVersion: { Type: 'String' } } } },
      Archive: resources({ Bucket: { Type: 'AWS::S3::Bucket' } }),
    },
    { LiveShop: apiStack({}, { displayName: 'Live/Shop' }) },
  );
  const stacksOf = (...names: string[]) => {
    const { stacks, apis } = read(folder, ...names);
    return {
      deployed: stacks.map(({ stackName }) => stackName),
      served: apis.map(({ stackName }) => stackName),
    };
  };

  test('are all that have an API, those in a stage of the app included', () => {
    expect(stacksOf()).toEqual({
      deployed: ['Data', 'Orders', 'Reports', 'LiveShop'],
      served: ['Orders', 'Reports', 'LiveShop'],
    });
  });

  test.each<[string[], string[], string[]]>([
    [['Orders'], ['Data', 'Orders'], ['Orders']],
    [['Reports'], ['Reports'], ['Reports']],
    [['Live/Shop'], ['LiveShop'], ['LiveShop']],
    [
      ['LiveShop', 'Reports'],
      ['Reports', 'LiveShop'],
      ['Reports', 'LiveShop'],
    ],
    [['Data', 'Reports'], ['Data', 'Reports'], ['Reports']],
  ])('are those that are named: %j', (names, deployed, served) => {
    expect(stacksOf(...names)).toEqual({ deployed, served });
  });

  test.each<[string[], string]>([
    [
      ['Order'],
      '--stack Order: the app has no such stack, choose from Data, Orders, Reports, Empty, Archive, Live/Shop.',
    ],
    [['Reports', 'Order'], '--stack Order: the app has no such stack'],
    [['Data'], '--stack Data: it is not a stack with a REST API: there is nothing to serve.'],
  ])('cannot be %j', (names, message) => {
    expect(() => stacksOf(...names)).toThrow(message);
  });

  test('have to be there', () => {
    expect(() => read(assemblyOfStacks({ Data: dataStack }))).toThrow(
      'The app has no stack with a REST API: there is nothing to serve.',
    );
    expect(() => read(assemblyOfStacks({}))).toThrow('The app has no stack with a REST API');
  });

  test('have to make one of their APIs', () => {
    const never = {
      Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { Api: { Type: 'AWS::ApiGateway::RestApi', Condition: 'Never' } },
    };
    expect(() => read(assemblyOfStacks({ Orders: { template: never } }))).toThrow(
      'No REST API of the app is made',
    );
  });

  test('run what is in a stage of the app', async () => {
    const api = await serveAssembly(folder, { stackNames: ['LiveShop'] });
    expect((await api.call('/')).json).toMatchObject({
      AWS_LAMBDA_FUNCTION_NAME: 'LiveShop-Echo',
    });
  });

  test.each([
    ['one table twice', { Table: { ...table, Properties: { TableName: 't' } } }, 'Table t is in'],
    [
      'one secret twice',
      { Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 's' } } },
      'Secret s is in',
    ],
    [
      'one function twice',
      { Fn: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } } },
      'Function f is in stack One (eu-west-1) and in stack Two (us-east-1): choose one of them with --stack.',
    ],
  ])('cannot have %s', (_, more, message) => {
    const stack = (region: string): FixtureStack => ({
      app: { functions: { Echo: echo }, methods: [], resources: more },
      environment: `aws://unknown-account/${region}`,
    });
    const twice = assemblyOfStacks({ One: stack('unknown-region'), Two: stack('us-east-1') });
    expect(() => read(twice)).toThrow(message);
    expect(read(twice, 'Two').stacks).toHaveLength(1);
  });
});

describe('what is not served', () => {
  const api = apiStack();
  const typed = (...types: string[]) =>
    Object.fromEntries(types.map((Type, index) => [`R${index}`, { Type }]));

  test('is counted by type, the most first, over all stacks of the app', () => {
    const folder = assemblyOfStacks({
      Api: {
        app: {
          functions: { Echo: echo },
          methods: [{ route: 'GET /', calls: 'Echo', open: true }],
          resources: typed(
            'AWS::ApiGatewayV2::Api',
            'AWS::ApiGatewayV2::Route',
            'AWS::SQS::Queue',
            'AWS::SQS::QueuePolicy',
            'AWS::IAM::Role',
            'AWS::Lambda::Permission',
            'AWS::Logs::LogGroup',
            'AWS::CloudWatch::Alarm',
            'AWS::CDK::Metadata',
            'AWS::CloudFormation::Stack',
          ),
        },
      },
      Other: resources(typed('AWS::SQS::Queue', 'AWS::Lambda::Function', 'Custom::Thing')),
    });
    expect(read(folder).notServed).toEqual([
      'Not served: 2 AWS::SQS::Queue, 1 AWS::ApiGatewayV2::Api, 1 AWS::CloudFormation::Stack, 1 AWS::Lambda::Function',
    ]);
    expect(read(folder, 'Api').notServed).toEqual([
      'Not served: 1 AWS::ApiGatewayV2::Api, 1 AWS::CloudFormation::Stack, 1 AWS::SQS::Queue',
    ]);
  });

  test('is nothing in an app that has only what is served, or what nobody misses', () => {
    expect(read(assemblyOfStacks({ Api: api })).notServed).toEqual([]);
  });

  test('is nothing that a condition leaves out', () => {
    const { app } = api;
    const queue = { Q: { Type: 'AWS::SQS::Queue', Condition: 'No' } };
    const all = { functions: { Echo: echo }, methods: [], ...app, resources: queue };
    const folder = assemblyOfStacks({ Api: { app: all } });
    expect(read(folder).notServed).toEqual([]);
  });
});

test('property: no two APIs have the same name, whatever they are called', () => {
  const name = fc.constantFrom('x', 'A', 'A/x', 'A/Api0', 'B/x', 'B', 'Api0');
  const stack = fc.array(name, { maxLength: 3 });
  fc.assert(
    fc.property(fc.tuple(stack, stack), (all) => {
      const stacks = readStacks(
        all.map((names, index) => ({
          stackName: ['A', 'B'][index] as string,
          accountId: '000000000000',
          region: 'eu-west-1',
          template: asTemplate(
            {
              Resources: Object.fromEntries(
                names.map((Name, i) => [
                  `Api${i}`,
                  { Type: 'AWS::ApiGateway::RestApi', Properties: { Name } },
                ]),
              ),
            },
            'x',
          ),
        })),
      );
      const found = findApis(stacks).map((api) => api.name);
      expect(found).toHaveLength(all.flat().length);
      expect(new Set(found).size).toBe(found.length);
      if (new Set(all.flat()).size === all.flat().length) expect(found).toEqual(all.flat());
    }),
  );
});
