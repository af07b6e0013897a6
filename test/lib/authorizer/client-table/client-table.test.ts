import { describe, expect, jest, test } from '@jest/globals';
import { App, Aspects, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  Deployment,
  type IRestApi,
  type Method,
  MockIntegration,
  RestApi,
  Stage,
} from 'aws-cdk-lib/aws-apigateway';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { parseClientTableOutput } from '../../../../lambda/contract/wiring/client-table-output.ts';
import type { ApiTokenAuthorizer } from '../../../../lib/authorizer/api-token-authorizer.ts';
import type { ApiTokenAuthorizerProps } from '../../../../lib/authorizer/authorizer-props.ts';
import type { BundleProps } from '../../../../lib/functions/bundle-props.ts';

// What is bundled is looked at here, and not the bundles.
const bundled: BundleProps[] = [];
jest.unstable_mockModule('../../../../lib/functions/bundle.ts', () => ({
  withBundle: (props: BundleProps, use: (folder: string) => unknown) => {
    bundled.push(props);
    return use(import.meta.dirname);
  },
}));
const { ApiTokenAuthorizer: Authorizer } = await import(
  '../../../../lib/authorizer/api-token-authorizer.ts'
);
const {
  clients: [bravo],
  testApp,
} = await import('../../../support/synth.ts');

const plans = { standard: { rate: 10, burst: 20 }, gold: { rate: 100, burst: 200 } };
const TABLE_ONLY = { clientTable: { plans } };
/** One client, which may do everything. */
const clients = [{ ...bravo, permissions: [...bravo.permissions] }];
const BOTH = { clients, ...TABLE_ONLY };

interface Made {
  readonly stack: Stack;
  readonly api: RestApi;
  readonly authorizer: ApiTokenAuthorizer;
}

/** An API with two protected methods, one of which another permission's route matches too. */
function make(
  props: ApiTokenAuthorizerProps | ((stack: Stack) => ApiTokenAuthorizerProps),
  change: (made: Made) => void = () => undefined,
) {
  bundled.length = 0;
  const stack = new Stack(testApp(), 'Test');
  const api = new RestApi(stack, 'Api');
  const own = typeof props === 'function' ? props(stack) : props;
  const authorizer = new Authorizer(stack, 'Authorizer', own);
  const add = (path: string): Method =>
    api.root.resourceForPath(path).addMethod('GET', new MockIntegration());
  authorizer.protect(add('/jobs/{id}'), 'job.read');
  authorizer.protect(add('/jobs/latest'), 'job.peek');
  change({ stack, api, authorizer });
  const template = Template.fromStack(stack);
  const the = (type: string, props: object = {}) => {
    const [found, ...others] = Object.values(template.findResources(type, { Properties: props }));
    if (!found || others.length > 0) throw new Error(`${others.length + 1} of ${type}`);
    return found;
  };
  return { stack, authorizer, template, the };
}

function addBeta({ stack, api }: Made): void {
  const deployment = new Deployment(stack, 'Another', { api: api as IRestApi });
  new Stage(stack, 'Beta', { deployment, stageName: 'beta' });
}

const CLIENT_FUNCTION = { Description: 'Looks after the clients of the table of API tokens' };
const AUTHORIZER = { Description: 'Recognises API tokens for API Gateway' };
const tableName = { Ref: expect.stringMatching(/^AuthorizerClientTable/) };
const jsonOf = (entry: string) =>
  bundled.find((each) => each.entry === entry)?.jsonModules?.['registry.json'];

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

/** What somebody may do with what, but for writing a log, by how the logical id of the policy begins. */
function grantsOf(template: Template, id: string): string[] {
  const policies = Object.entries(template.findResources('AWS::IAM::Policy'));
  const [, policy] = policies.find(([logicalId]) => logicalId.startsWith(id)) ?? [];
  const statements: readonly Statement[] = policy?.Properties.PolicyDocument.Statement ?? [];
  return statements
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((each) => `${action} ${nameOf(each)}`)),
    )
    .filter((grant) => !grant.startsWith('logs:'))
    .toSorted();
}

/** An ARN with names in place of what only the deployment knows; of an ARN by parts, the last one. */
function nameOf(value: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = Object(value);
  if (join) return String(join[1].map(nameOf).join('')).replace(/^.*::/, '');
  return String(Ref ?? attribute?.[0] ?? value).replace(/[0-9A-F]{8}$/, '');
}

describe('the table', () => {
  test('is on demand, can be restored to any point in time, and lets ended tokens go', () => {
    const { the } = make(TABLE_ONLY);
    expect(the('AWS::DynamoDB::Table')).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    });
  });

  test('has the key of the app, which both functions may use', () => {
    const { the, template } = make((stack) => ({
      ...TABLE_ONLY,
      encryptionKey: new Key(stack, 'Key'),
    }));
    const { SSESpecification } = the('AWS::DynamoDB::Table').Properties;
    expect(SSESpecification).toMatchObject({ SSEType: 'KMS', KMSMasterKeyId: expect.anything() });
    expect(grantsOf(template, 'AuthorizerFunction')).toContain('kms:Decrypt Key');
    expect(grantsOf(template, 'AuthorizerClientFunction')).toContain('kms:GenerateDataKey* Key');
  });

  test('goes with the stack where the app says so', () => {
    const { the } = make({ ...TABLE_ONLY, removalPolicy: RemovalPolicy.DESTROY });
    expect(the('AWS::DynamoDB::Table').DeletionPolicy).toBe('Delete');
  });
});

describe('the authorizer', () => {
  test('has the code that knows tables, and may read an item of this one, and nothing else', () => {
    const { the, template } = make(TABLE_ONLY);
    expect(bundled.map(({ entry }) => entry)).toContain('authorizer/handler-with-table');
    expect(the('AWS::Lambda::Function', AUTHORIZER).Properties.Environment.Variables).toEqual({
      CLIENT_TABLE: tableName,
    });
    expect(grantsOf(template, 'AuthorizerFunction')).toEqual([
      'dynamodb:GetItem AuthorizerClientTable',
    ]);
  });

  test('has not one line for tables without one', () => {
    make({ clients: clients });
    const entries = bundled.map(({ entry }) => entry);
    expect(entries).toContain('authorizer/handler');
    expect(entries).not.toContain('authorizer/handler-with-table');
    expect(jsonOf('authorizer/handler')).not.toHaveProperty('table');
  });

  test('knows which permission opens which routes, and which cannot be told apart', () => {
    make({ clientTable: { plans, importedKeys: true } });
    expect(jsonOf('authorizer/handler-with-table')).toEqual({
      headerName: 'x-api-token',
      apiCount: 1,
      clients: [],
      table: {
        apis: [
          {
            routes: { 'job.read': ['GET/jobs/?*'], 'job.peek': ['GET/jobs/latest'] },
            leaks: [['job.read', 'job.peek']],
          },
        ],
        importedKeys: true,
      },
    });
  });
});

describe('a plan of the table', () => {
  test('limits each of its clients on every stage, and has no keys yet', () => {
    const { template } = make(TABLE_ONLY, addBeta);
    const made = Object.values(template.findResources('AWS::ApiGateway::UsagePlan'));
    expect(made.map(({ Properties }) => Properties.Throttle)).toEqual([
      { RateLimit: 10, BurstLimit: 20 },
      { RateLimit: 100, BurstLimit: 200 },
    ]);
    for (const { Properties } of made) expect(Properties.ApiStages).toHaveLength(2);
    template.resourceCountIs('AWS::ApiGateway::ApiKey', 0);
  });

  test('may have a quota', () => {
    const quota = { requests: 1_000, period: 'DAY' } as const;
    const { the } = make({ clientTable: { plans: { trial: { rate: 1, burst: 1, quota } } } });
    const { Quota } = the('AWS::ApiGateway::UsagePlan').Properties;
    expect(Quota).toEqual({ Limit: 1_000, Period: 'DAY' });
  });

  test.each(['Throttle', 'ApiStages'])('fails synth when its %s was changed', (property) => {
    expect(() =>
      make(TABLE_ONLY, ({ authorizer }) => {
        const plan = authorizer.node.findChild('Tiers').node.findChild('Plan-gold');
        const resource = plan.node.defaultChild as unknown as {
          addPropertyOverride: (name: string, value: unknown) => void;
        };
        resource.addPropertyOverride(property, undefined);
      }),
    ).toThrow(`${property} of Test/Authorizer/Tiers/Plan-gold was changed`);
  });

  test('is not made with usagePlans: false', () => {
    const { template, the } = make({ usagePlans: false, clientTable: {} });
    template.resourceCountIs('AWS::ApiGateway::UsagePlan', 0);
    expect(
      the('AWS::Lambda::Function', CLIENT_FUNCTION).Properties.Environment.Variables,
    ).toMatchObject({ PLAN_IDS: '' });
    expect(grantsOf(template, 'AuthorizerClientFunction').join()).not.toContain('apikeys');
  });
});

describe('the client function', () => {
  const { the, template } = make({
    ...BOTH,
    rotationOverlap: Duration.hours(2),
    clientTable: { plans, keyDelay: Duration.minutes(1) },
  });
  const registry = jsonOf('clients/entry/client-function');
  const fn = the('AWS::Lambda::Function', CLIENT_FUNCTION).Properties;

  test('knows the table, the plans in the order of the app, the stages, and how long it waits', () => {
    expect(fn.Environment.Variables).toEqual({
      CLIENT_TABLE: tableName,
      PLAN_IDS: {
        'Fn::Join': [
          '',
          [
            { Ref: expect.stringMatching(/^AuthorizerTiersPlanstandard/) },
            ' ',
            { Ref: expect.stringMatching(/^AuthorizerTiersPlangold/) },
          ],
        ],
      },
      STAGE_ARNS: expect.anything(),
      OVERLAP_SECONDS: '7200',
      KEY_DELAY_SECONDS: '60',
    });
    expect(JSON.stringify(fn.Environment.Variables.STAGE_ARNS)).toContain('/prod/');
    expect(fn).toMatchObject({ MemorySize: 512, Timeout: 900 });
  });

  test('knows all methods, by which it decides a grant as synth does, and the clients in code', () => {
    expect(registry).toEqual({
      apis: [
        {
          name: 'Test/Api',
          isHttpApi: false,
          methods: [
            { httpMethod: 'GET', resourcePath: '/jobs/{id}', permission: 'job.read' },
            { httpMethod: 'GET', resourcePath: '/jobs/latest', permission: 'job.peek' },
          ],
        },
      ],
      plans: ['standard', 'gold'],
      codeClients: ['bravo'],
    });
  });

  test('knows that its clients may be bound to addresses', () => {
    make({ clientTable: { plans, allowedSources: true } });
    expect(jsonOf('clients/entry/client-function')).toMatchObject({ allowedSources: true });
  });

  test('may write this table, make keys for these plans, flush, and nothing else', () => {
    expect(grantsOf(template, 'AuthorizerClientFunction')).toEqual([
      'apigateway:DELETE /apikeys/*',
      'apigateway:DELETE /restapis/Api/stages/prod/cache/authorizers',
      'apigateway:DELETE /usageplans/AuthorizerTiersPlangold/keys/*',
      'apigateway:DELETE /usageplans/AuthorizerTiersPlanstandard/keys/*',
      'apigateway:GET /apikeys',
      'apigateway:GET /usageplans',
      'apigateway:GET /usageplans/AuthorizerTiersPlangold/keys',
      'apigateway:GET /usageplans/AuthorizerTiersPlanstandard/keys',
      'apigateway:POST /apikeys',
      'apigateway:POST /usageplans/AuthorizerTiersPlangold/keys',
      'apigateway:POST /usageplans/AuthorizerTiersPlanstandard/keys',
      ...['Delete', 'Get', 'Put'].map((verb) => `dynamodb:${verb}Item AuthorizerClientTable`),
      'dynamodb:Query AuthorizerClientTable',
    ]);
  });

  test('runs every hour', () => {
    expect(the('AWS::Events::Rule').Properties).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      Targets: [{ Input: '{"operation":"sync"}' }],
    });
  });

  test('may be called by whom the app says', () => {
    const { template: made } = make(TABLE_ONLY, ({ stack, authorizer }) => {
      const assumedBy = new ServicePrincipal('ec2.amazonaws.com');
      authorizer.grantManageClients(new Role(stack, 'Operator', { assumedBy }));
    });
    expect(grantsOf(made, 'Operator')).toEqual([
      'lambda:InvokeFunction AuthorizerClientFunction',
      'lambda:InvokeFunction AuthorizerClientFunction:*',
    ]);
  });

  test('fails synth when a method changed after it was bundled, also one that is open', () => {
    expect(() =>
      make(TABLE_ONLY, ({ stack, api, authorizer }) => {
        const method = authorizer.open(api.root.addResource('open').addMethod('GET'));
        const last = new CfnResource(stack, 'ZLast', { type: 'AWS::SNS::Topic' });
        Aspects.of(last).add({ visit: () => method.resource.node.tryRemoveChild('GET') });
      }),
    ).toThrow(
      "the methods of Test/Api changed after the authorizer's code was bundled with its routes: change them before the app is synthesized, not in an aspect",
    );
  });

  test('has room for the ids of plans and the ARNs of stages, or synth says what to leave out', () => {
    const many = Array.from({ length: 240 }, (_, index) => [`plan-a${index}`, plans.gold]);
    expect(() => make({ clientTable: { plans: Object.fromEntries(many) } })).toThrow(
      /the ids of 240 plans of clientTable and of 1 stages take up to \d+ bytes, and the client function's environment has room for 3696: use fewer plans or stages/,
    );
  });
});

describe('keys and plans follow the table after a deployment', () => {
  const followed = (
    props: ApiTokenAuthorizerProps,
    change?: (made: Made) => void,
  ): { readonly Properties: { readonly Followed: string }; readonly DependsOn: string[] } =>
    make(props, change).the('Custom::ApiTokenClientTable') as never;
  const before = followed(TABLE_ONLY);

  test('once the function, its policy, the plans and the stages are there', () => {
    expect(before.DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ApiDeploymentStageprod/),
        expect.stringMatching(/^AuthorizerClientFunctionFunctionRoleDefaultPolicy/),
        expect.stringMatching(/^AuthorizerTiersPlangold/),
        expect.stringMatching(/^AuthorizerTiersPlanstandard/),
      ]),
    );
  });

  test('and not when nothing has changed', () => {
    expect(followed(TABLE_ONLY).Properties).toEqual(before.Properties);
  });

  const nothing = () => undefined;
  test.each<[string, ApiTokenAuthorizerProps, (made: Made) => void]>([
    [
      'the limits of a plan',
      { clientTable: { plans: { ...plans, gold: { rate: 1, burst: 1 } } } },
      nothing,
    ],
    ['the plans', { clientTable: { plans: { gold: plans.gold } } }, nothing],
    ['the key delay', { clientTable: { plans, keyDelay: Duration.minutes(1) } }, nothing],
    ['the authorizer', { ...TABLE_ONLY, memorySize: 512 }, nothing],
    ['the clients in code', BOTH, nothing],
    ['the stages', TABLE_ONLY, addBeta],
  ])('when one has changed: %s', (_, props, change) => {
    expect(followed(props, change).Properties.Followed).not.toBe(before.Properties.Followed);
  });
});

describe('without clients in code', () => {
  test('there are no secrets, and no functions that look after them', () => {
    const { template } = make(TABLE_ONLY);
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
    template.resourceCountIs('Custom::FirstApiToken', 0);
    template.resourceCountIs('Custom::ApiTokenEnvironment', 0);
    expect(bundled.map(({ entry }) => entry).toSorted()).toEqual([
      'authorizer/handler-with-table',
      'clients/entry/client-function',
    ]);
  });

  test('an empty list of clients is as none', () => {
    const { template } = make({ ...TABLE_ONLY, clients: [] });
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  test('what would rotate or read tokens says what to take', () => {
    const { authorizer, stack } = make(TABLE_ONLY);
    const operator = new Role(stack, 'R', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    const none =
      'Test/Authorizer has no rotation function, because it has no clients in code: take clientFunction';
    expect(() => authorizer.rotationFunction).toThrow(none);
    expect(() => authorizer.grantRotate(operator)).toThrow(none);
    expect(() => authorizer.grantReadTokens(operator)).toThrow(
      "Test/Authorizer has no clients in code, and nobody can read the tokens of a table's",
    );
    expect(authorizer.usagePlans).toEqual({});
    expect(authorizer.clients).toEqual([]);
  });
});

describe('without a table', () => {
  const { authorizer, stack, template } = make({ clients: clients });

  test('there is nothing of it', () => {
    expect(authorizer.clientTable).toBeUndefined();
    for (const type of [
      'AWS::DynamoDB::Table',
      'AWS::Events::Rule',
      'Custom::ApiTokenClientTable',
    ]) {
      template.resourceCountIs(type, 0);
    }
  });

  test('who asks for it is told how to have it', () => {
    const operator = new Role(stack, 'R', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    const none =
      'Test/Authorizer has no client function, because it has no table: give it the property clientTable';
    expect(() => authorizer.clientFunction).toThrow(none);
    expect(() => authorizer.grantManageClients(operator)).toThrow(none);
  });

  test('clients have to be in code', () => {
    expect(() => new Authorizer(new Stack(new App()), 'A', {})).toThrow(
      'clients must be a list that is known at synth, got: undefined',
    );
    expect(() => new Authorizer(new Stack(new App()), 'A', { clients: [] })).toThrow(
      'clients must name at least one client, or clientTable be given',
    );
  });
});

test("the name of the table counts towards the authorizer's environment", () => {
  const twenty = Array.from({ length: 20 }, (_, index) => ({
    name: `client-a${index}`,
    environmentVariable: `API_TOKEN_OF_CLIENT_${String(index).padStart(3, '0')}`,
    permissions: ['job.read'] as ['job.read'],
  }));
  const stack = () => new Stack(new App());
  expect(() => new Authorizer(stack(), 'A', { clients: twenty })).not.toThrow();
  expect(() => new Authorizer(stack(), 'A', { clients: twenty, ...TABLE_ONLY })).toThrow(
    /the environment of 20 clients takes \d+ bytes .+, or use fewer clients in code$/,
  );
});

test('an output tells the operator’s command of the table', () => {
  const { template } = make({ clientTable: { plans, importedKeys: true }, tokenPrefix: 'acme' });
  const [output] = Object.values(template.findOutputs('*', {}))
    .map(({ Value }) => Value['Fn::Join']?.[1] as unknown[] | undefined)
    .filter((parts) => JSON.stringify(parts ?? '').includes('apiTokenClientTable'));
  const text = output?.map((part) => (typeof part === 'string' ? part : '…')).join('');
  expect(parseClientTableOutput(text)).toEqual({
    clientFunction: '…',
    tableName: '…',
    plans: ['standard', 'gold'],
    tokenPrefix: 'acme',
    importedKeys: true,
  });
});
