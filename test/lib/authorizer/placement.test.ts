import { describe, expect, test } from '@jest/globals';
import {
  type App,
  Stage as AppStage,
  CfnOutput,
  NestedStack,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import {
  AccessLogFormat,
  Deployment,
  type IRestApi,
  LogGroupLogDestination,
  type Method,
  MockIntegration,
  PassthroughBehavior,
  RestApi,
  Stage,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ANY_VERBS } from '../../../lambda/contract/policy-proof/rest-method.ts';
import { parseAccessLogOutput } from '../../../lambda/contract/wiring/access-log-output.ts';
import { parseClientOutput } from '../../../lambda/contract/wiring/client-output.ts';
import { parseClientTableOutput } from '../../../lambda/contract/wiring/client-table-output.ts';
import {
  ApiTokenAuthorizer,
  type ApiTokenAuthorizerProps,
} from '../../../lib/authorizer/api-token-authorizer.ts';
import {
  addMethod,
  authorizerIn,
  type Resource,
  synthesizeApp,
  viewIn,
} from '../../support/whole-app.ts';

interface Stacks {
  readonly authorizerStack: Stack;
  readonly apiStack: Stack;
}

/** Where the authorizer and its API can be. */
const placements: [string, (app: App) => Stacks][] = [
  [
    'the authorizer nested in the stack of the API',
    (app) => {
      const apiStack = new Stack(app, 'Api');
      return { apiStack, authorizerStack: new NestedStack(apiStack, 'Authorizer') };
    },
  ],
  [
    'the API nested in the stack of the authorizer',
    (app) => {
      const authorizerStack = new Stack(app, 'Authorizer');
      return { authorizerStack, apiStack: new NestedStack(authorizerStack, 'Api') };
    },
  ],
  [
    'two stacks of the app',
    (app) => ({ authorizerStack: new Stack(app, 'Authorizer'), apiStack: new Stack(app, 'Api') }),
  ],
  [
    'two nested stacks',
    (app) => {
      const root = new Stack(app, 'Root');
      const authorizerStack = new NestedStack(root, 'Authorizer');
      return { authorizerStack, apiStack: new NestedStack(root, 'Api') };
    },
  ],
  [
    'nested stacks of two stacks of the app',
    (app) => ({
      authorizerStack: new NestedStack(new Stack(app, 'Left'), 'Authorizer'),
      apiStack: new NestedStack(new Stack(app, 'Right'), 'Api'),
    }),
  ],
];

const types = (resources: Readonly<Record<string, Resource>>) =>
  new Set(Object.values(resources).map(({ Type }) => Type));

describe.each(placements)('%s', (_, place) => {
  let stacks: Stacks | undefined;
  const { template } = synthesizeApp((app) => {
    stacks = place(app);
    const api = new RestApi(stacks.apiStack, 'RestApi');
    const authorizer = authorizerIn(stacks.authorizerStack);
    authorizer.protect(addMethod(api, 'GET', '/jobs'), 'job.read');
  });
  const { authorizerStack, apiStack } = stacks as Stacks;
  const ofAuthorizer = template(authorizerStack);
  const ofApi = template(apiStack);
  const belongToTheApi = [
    'AWS::ApiGateway::Authorizer',
    'AWS::ApiGateway::UsagePlan',
    'AWS::ApiGateway::ApiKey',
    'Custom::ApiTokenEnvironment',
  ];

  test('has what belongs to the API in the stack of the API, and there only', () => {
    expect([...types(ofApi.resources)]).toEqual(expect.arrayContaining(belongToTheApi));
    for (const type of belongToTheApi) expect(types(ofAuthorizer.resources)).not.toContain(type);
  });

  test('has secrets, first tokens and the function where the authorizer is', () => {
    const own = ['AWS::SecretsManager::Secret', 'Custom::FirstApiToken', 'AWS::Lambda::Function'];
    expect([...types(ofAuthorizer.resources)]).toEqual(expect.arrayContaining(own));
    expect(types(ofApi.resources)).not.toContain('AWS::SecretsManager::Secret');
  });

  test('lets API Gateway call the function, and nobody else', () => {
    const permissions = [ofAuthorizer, ofApi]
      .flatMap((each) => each.ofType('AWS::Lambda::Permission'))
      .map(([, { Properties }]) => Properties)
      .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');
    expect(permissions).toHaveLength(1);
    expect(JSON.stringify(permissions[0]?.SourceArn)).toContain('/authorizers/');
  });

  test('describes its client in the stack that is deployed with the API, and there only', () => {
    const outermost = apiStack.nestedStackParent ?? apiStack;
    const clientsIn = (stack: Stack) =>
      template(stack).outputs.flatMap((value) => parseClientOutput(value) ?? []);
    expect(clientsIn(outermost)).toEqual([
      {
        name: 'bravo',
        secretId: '…',
        permissions: ['*'],
        variable: 'API_TOKEN_BRAVO',
        usagePlanId: '…',
        authorizerFunction: '…',
        rotationFunction: '…',
      },
    ]);
    const others = [authorizerStack, apiStack].filter((stack) => stack !== outermost);
    expect(others.flatMap(clientsIn)).toEqual([]);
  });
});

describe.each(placements)('a client table, with %s', (_, place) => {
  let stacks: Stacks | undefined;
  const { template } = synthesizeApp((app) => {
    stacks = place(app);
    const api = new RestApi(stacks.apiStack, 'RestApi', {
      deployOptions: {
        accessLogDestination: new LogGroupLogDestination(new LogGroup(stacks.apiStack, 'Log')),
        accessLogFormat: AccessLogFormat.clf(),
      },
    });
    const authorizer = new ApiTokenAuthorizer(stacks.authorizerStack, 'Authorizer', {
      clientTable: { plans: { gold: { rate: 1, burst: 1 } } },
    });
    authorizer.protect(addMethod(api, 'GET', '/jobs'), 'job.read');
  });
  const { authorizerStack, apiStack } = stacks as Stacks;
  const typesIn = (stack: Stack) => types(template(stack).resources);

  test('stands with the authorizer, and what looks after its clients with the API', () => {
    const ofApi = [
      'Custom::ApiTokenClientTable',
      'AWS::ApiGateway::UsagePlan',
      'AWS::Events::Rule',
    ];
    expect(typesIn(authorizerStack)).toContain('AWS::DynamoDB::Table');
    expect(typesIn(apiStack)).not.toContain('AWS::DynamoDB::Table');
    for (const type of ofApi) {
      expect(typesIn(apiStack)).toContain(type);
      expect(typesIn(authorizerStack)).not.toContain(type);
    }
  });

  test('is described, with the access log, in the stack that is deployed with the API', () => {
    const { outputs } = template(apiStack.nestedStackParent ?? apiStack);
    expect(outputs.flatMap((value) => parseClientTableOutput(value) ?? [])).toHaveLength(1);
    expect(outputs.flatMap((value) => parseAccessLogOutput(value) ?? [])).toEqual([
      { logGroups: [expect.stringContaining('…')] },
    ]);
  });
});

describe('two authorizers of one stack', () => {
  function outputsOf(client: string, props: Partial<ApiTokenAuthorizerProps> = {}) {
    let stack: Stack | undefined;
    const { template } = synthesizeApp((app) => {
      stack = new Stack(app, 'Both');
      // The second one stands in a nested stack, and is described in the same place.
      for (const scope of [stack, new NestedStack(stack, 'Nested')]) {
        const name = scope === stack ? 'bravo' : client;
        const authorizer = new ApiTokenAuthorizer(scope, 'Authorizer', {
          clients: [{ name, permissions: ['any.read'], environmentVariable: 'API_TOKEN_PARTNER' }],
          ...props,
        });
        authorizer.protect(addMethod(new RestApi(scope, 'Api'), 'GET', '/'), 'any.read');
      }
    });
    return template(stack as Stack).outputs;
  }

  test('have each of their clients described', () => {
    const names = outputsOf('charlie').map((output) => parseClientOutput(output)?.name);
    expect(names.filter((name) => name !== undefined).sort()).toEqual(['bravo', 'charlie']);
  });

  test.each<[string, () => unknown, string]>([
    ['a client of one name', () => outputsOf('bravo'), 'client bravo'],
    [
      'a table each',
      () => outputsOf('charlie', { clientTable: { plans: { basic: { rate: 1, burst: 1 } } } }),
      'client table',
    ],
  ])('fail synth with %s, which the operator could not tell apart', (_, synthesize, subject) => {
    expect(synthesize).toThrow(
      `stack Both has a ${subject} of two authorizers, and the operator's command cannot tell one from the other: use other names, one authorizer for all APIs, or two stacks`,
    );
  });
});

test('a value of a key is another one for each authorizer, wherever the API is', () => {
  const stacks: Stack[] = [];
  const { template } = synthesizeApp((app) => {
    for (const name of ['First', 'Second']) {
      const stack = new Stack(app, name);
      const authorizer = authorizerIn(new NestedStack(stack, 'Nested'));
      authorizer.protect(addMethod(new RestApi(stack, 'RestApi'), 'GET', '/'), 'job.read');
      stacks.push(stack);
    }
  });
  const keys = stacks.flatMap((stack) => template(stack).ofType('AWS::ApiGateway::ApiKey'));
  expect(new Set(keys.map(([, { Properties }]) => Properties.Value)).size).toBe(2);
});

describe('an API that is split as the documentation of CDK does it', () => {
  interface ResourceProps {
    readonly restApiId: string;
    readonly rootResourceId: string;
  }

  const answer = () =>
    new MockIntegration({
      integrationResponses: [{ statusCode: '200' }],
      passthroughBehavior: PassthroughBehavior.NEVER,
      requestTemplates: { 'application/json': '{ "statusCode": 200 }' },
    });

  class ResourceStack extends NestedStack {
    readonly methods: Method[] = [];

    constructor(scope: Construct, name: string, props: ResourceProps) {
      super(scope, `integ-restapi-import-${name}Stack`);
      const api = RestApi.fromRestApiAttributes(this, 'RestApi', props);
      const resource = api.root.addResource(name.toLowerCase());
      const methodResponses = [{ statusCode: '200' }];
      this.methods.push(resource.addMethod('GET', answer(), { methodResponses }));
    }
  }

  class DeployStack extends NestedStack {
    constructor(scope: Construct, restApiId: string, methods: readonly Method[]) {
      super(scope, 'integ-restapi-import-DeployStack');
      const deployment = new Deployment(this, 'Deployment', {
        api: RestApi.fromRestApiId(this, 'RestApi', restApiId),
      });
      for (const method of methods) deployment.node.addDependency(method);
      new Stage(this, 'Stage', { deployment });
    }
  }

  class RootStack extends Stack {
    readonly pets: ResourceStack;
    readonly books: ResourceStack;
    readonly deploy: DeployStack;

    constructor(scope: Construct, isOpen: boolean) {
      super(scope, 'integ-restapi-import-RootStack');
      const restApi = new RestApi(this, 'RestApi', { cloudWatchRole: true, deploy: false });
      const any = restApi.root.addMethod('ANY');
      const props = {
        restApiId: restApi.restApiId,
        rootResourceId: restApi.restApiRootResourceId,
      };
      this.pets = new ResourceStack(this, 'Pets', props);
      this.books = new ResourceStack(this, 'Books', props);
      this.deploy = new DeployStack(this, restApi.restApiId, [
        ...this.pets.methods,
        ...this.books.methods,
      ]);
      for (const path of ['pets', 'books']) {
        new CfnOutput(this, `${path}URL`, {
          value: `https://${restApi.restApiId}.execute-api.${this.region}.amazonaws.com/prod/${path}`,
        });
      }
      // What an authorizer adds to the example: also after its deployment was declared.
      const authorizer = authorizerIn(this);
      authorizer.protect(any, 'root.any');
      for (const method of this.books.methods) authorizer.protect(method, 'book.read');
      for (const method of this.pets.methods) {
        if (isOpen) authorizer.open(method);
        else authorizer.protect(method, 'pet.read');
      }
    }
  }

  const synthesize = (isOpen = false) => {
    let root: RootStack | undefined;
    const app = synthesizeApp((scope) => {
      root = new RootStack(scope, isOpen);
    });
    return { app, root: root as RootStack };
  };
  const { app, root } = synthesize();
  const rootTemplate = app.template(root);

  test('protects the methods of every stack', () => {
    for (const stack of [root, root.pets, root.books]) {
      for (const [, { Properties }] of app.template(stack).ofType('AWS::ApiGateway::Method')) {
        expect(Properties).toMatchObject({ AuthorizationType: 'CUSTOM', ApiKeyRequired: true });
      }
    }
    expect(app.registry().clients[0]?.routes[0]).toEqual([
      ...ANY_VERBS.map((verb) => `${verb}/`),
      'GET/pets',
      'GET/books',
    ]);
  });

  test('deploys when all of them are there', () => {
    const [, { DependsOn } = {}] =
      Object.entries(rootTemplate.resources).find(
        ([id, { Type }]) =>
          Type === 'AWS::CloudFormation::Stack' && id.includes('DeployStackNested'),
      ) ?? [];
    expect(DependsOn).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/PetsStackNested/),
        expect.stringMatching(/BooksStackNested/),
        expect.stringMatching(/^Authorizer/),
      ]),
    );
  });

  test('deploys anew when an open method was protected', () => {
    const idOf = ({ app: of, root: { deploy } }: ReturnType<typeof synthesize>) =>
      of.template(deploy).ofType('AWS::ApiGateway::Deployment')[0]?.[0];
    expect(idOf(synthesize(true))).not.toBe(idOf({ app, root }));
    expect(idOf(synthesize())).toBe(idOf({ app, root }));
  });

  test('limits clients on the stage of the nested stack', () => {
    const [[, plan] = []] = rootTemplate.ofType('AWS::ApiGateway::UsagePlan');
    const stage = { 'Fn::GetAtt': [expect.stringMatching(/DeployStackNested/), expect.anything()] };
    expect(plan?.Properties.ApiStages).toMatchObject([{ Stage: stage }]);
  });
});

describe('stacks that would wait for each other are refused in one sentence:', () => {
  const refused = (declare: (app: App) => void) => expect(() => synthesizeApp(declare));
  const advice = 'put both into one stack, or each into a nested stack of its own';

  test('the authorizer waits for the API that it protects', () => {
    refused((app) => {
      const api = new RestApi(new Stack(app, 'Api'), 'RestApi');
      const authorizer = authorizerIn(new Stack(app, 'Second'));
      authorizer.function.addEnvironment('URL', api.url);
      authorizer.protect(addMethod(api, 'GET', '/jobs'), 'job.read');
    }).toThrow(
      /Authorizer\w+\/Authorizer has to wait for Second\/Authorizer\/Function, but Second waits for Api: put both into one stack/,
    );
  });

  test('the deployment waits for methods that wait for it', () => {
    refused((app) => {
      const stack = new Stack(app, 'Api');
      const api = new RestApi(stack, 'RestApi');
      const authorizer = authorizerIn(stack);
      const pets = new NestedStack(stack, 'Pets');
      new CfnOutput(pets, 'Url', { value: api.url });
      authorizer.protect(addMethod(viewIn(pets, api), 'GET', '/pets'), 'pet.read');
    }).toThrow(/Api\/RestApi\/Deployment has to wait for Api\/Pets\/View\/Default\/pets\/GET, but/);
  });

  test('the deployment of a stack waits for methods of another one', () => {
    refused((app) => {
      const stack = new Stack(app, 'Api');
      const api = new RestApi(stack, 'RestApi');
      const pets = viewIn(new Stack(app, 'Pets'), api);
      authorizerIn(stack).protect(addMethod(pets, 'GET', '/pets'), 'pet.read');
    }).toThrow(
      `Api/RestApi/Deployment has to wait for Pets/View/Default/pets/GET, but Pets waits for Api: ${advice}`,
    );
  });

  test('the plans wait for a stage of another stack', () => {
    refused((app) => {
      const stack = new Stack(app, 'Api');
      const api = new RestApi(stack, 'RestApi');
      const deployment = new Deployment(new Stack(app, 'Beta'), 'Deployment', {
        api: api as IRestApi,
      });
      new Stage(Stack.of(deployment), 'Stage', { deployment, stageName: 'beta' });
      authorizerIn(stack).protect(addMethod(api, 'GET', '/jobs'), 'job.read');
    }).toThrow(
      `Api/Authorizer/Limits/Plan-bravo has to wait for Beta/Stage, but Beta waits for Api: ${advice}`,
    );
  });

  test('the authorizer and its API are in two stages of the app', () => {
    refused((app) => {
      const api = new RestApi(new Stack(new AppStage(app, 'One'), 'Api'), 'RestApi');
      const authorizer = authorizerIn(new Stack(new AppStage(app, 'Two'), 'Second'));
      authorizer.protect(addMethod(api, 'GET', '/jobs'), 'job.read');
    }).toThrow(
      'Two/Second/Authorizer must be in the same stage of the app as its API, One/Api/RestApi',
    );
  });
});

describe('an authorizer in another account or region than its API fails synth', () => {
  const here = { account: '111111111111', region: 'us-east-1' };

  test.each<[string, StackProps, StackProps]>([
    ['another region', { env: here }, { env: { ...here, region: 'eu-west-1' } }],
    ['another account', { env: here }, { env: { ...here, account: '222222222222' } }],
    [
      'another region, with references across regions',
      { env: here, crossRegionReferences: true },
      { env: { ...here, region: 'eu-west-1' }, crossRegionReferences: true },
    ],
    ['one that is only known at deployment', {}, { env: here }],
  ])('%s', (_, apiProps, authorizerProps) => {
    expect(() =>
      synthesizeApp((app) => {
        const api = new RestApi(new Stack(app, 'ApiStack', apiProps), 'Api');
        const authorizer = authorizerIn(new Stack(app, 'Other', authorizerProps));
        authorizer.protect(addMethod(api, 'GET', '/a'), 'a.read');
      }),
    ).toThrow(
      'Other/Authorizer must be in the same account and region as its API, ApiStack/Api: give both stacks the same env',
    );
  });
});
