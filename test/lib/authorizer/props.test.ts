import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { App, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, type Template, Template as TemplateOf } from 'aws-cdk-lib/assertions';
import { type Method, MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { ApiTokenAuthorizer } from '../../../lib/authorizer/api-token-authorizer.ts';
import type { ApiTokenAuthorizerProps } from '../../../lib/authorizer/authorizer-props.ts';
import { clients } from '../../support/synth.ts';

/** An API with one protected method, and props that may need the stack. */
function make(props: (stack: Stack) => Partial<ApiTokenAuthorizerProps>) {
  const stack = new Stack(new App(), 'Test');
  const api = new RestApi(stack, 'Api');
  const authorizer = new ApiTokenAuthorizer(stack, 'Authorizer', {
    clients: [...clients],
    ...props(stack),
  });
  const method = api.root.addResource('jobs').addMethod('GET', new MockIntegration());
  authorizer.protect(method, 'job.read');
  return { stack, authorizer, template: () => TemplateOf.fromStack(stack) };
}

const ours = { Description: Match.stringLikeRegexp('API token|API tokens') };
const functionsOf = (template: Template) =>
  Object.values(template.findResources('AWS::Lambda::Function', { Properties: ours }));

describe('an encryption key', () => {
  const { template } = make((stack) => ({ encryptionKey: new Key(stack, 'Key') }));
  const made = template();
  const arn = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };

  test('is that of secrets, environments and logs', () => {
    made.allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: arn });
    made.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: arn });
    expect(functionsOf(made)).toHaveLength(3);
    for (const { Properties } of functionsOf(made)) {
      expect(Properties.KmsKeyArn).toEqual({
        'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'],
      });
    }
  });

  test('may be used by every function, and by CloudWatch Logs for log groups of this account', () => {
    const policies = Object.values(made.findResources('AWS::IAM::Policy')).map(({ Properties }) =>
      JSON.stringify(Properties.PolicyDocument),
    );
    expect(policies).toHaveLength(3);
    for (const policy of policies) expect(policy).toContain('kms:Decrypt');
    const [key] = Object.values(made.findResources('AWS::KMS::Key'));
    const logs = JSON.stringify(key?.Properties.KeyPolicy).match(
      /kms:EncryptionContext:aws:logs:arn/g,
    );
    expect(logs).toHaveLength(1);
  });

  test('lets the functions that write secrets encrypt', () => {
    const writers = Object.values(made.findResources('AWS::IAM::Policy'))
      .map(({ Properties }) => JSON.stringify(Properties.PolicyDocument))
      .filter((policy) => policy.includes('secretsmanager:PutSecretValue'));
    expect(writers).toHaveLength(2);
    for (const policy of writers) expect(policy).toContain('kms:GenerateDataKey*');
  });
});

describe('the functions', () => {
  test('keep their logs as long as they are told', () => {
    const { template } = make(() => ({ logRetention: RetentionDays.ONE_YEAR }));
    template().allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });

  test('run in a VPC, where they may have network interfaces', () => {
    const made = make((stack) => ({ vpc: new Vpc(stack, 'Vpc') as IVpc })).template();
    for (const { Properties } of functionsOf(made)) {
      expect(Properties.VpcConfig.SubnetIds.length).toBeGreaterThan(0);
    }
    const roles = Object.values(
      made.findResources('AWS::IAM::Role', { Properties: { Description: Match.anyValue() } }),
    );
    expect(roles).toHaveLength(3);
    for (const { Properties } of roles) {
      expect(JSON.stringify(Properties.ManagedPolicyArns)).toContain(
        'AWSLambdaVPCAccessExecutionRole',
      );
    }
  });

  test('run on other processors', () => {
    const made = make(() => ({ architecture: Architecture.X86_64 })).template();
    for (const { Properties } of functionsOf(made)) {
      expect(Properties.Architectures).toEqual(['x86_64']);
    }
  });

  test('the authorizer has another memory, and calls of its own', () => {
    make(() => ({ memorySize: 512, reservedConcurrentExecutions: 20 }))
      .template()
      .hasResourceProperties('AWS::Lambda::Function', {
        Description: 'Recognises API tokens for API Gateway',
        MemorySize: 512,
        ReservedConcurrentExecutions: 20,
      });
  });
});

test('secrets go with the stack where the app says so', () => {
  const { template } = make(() => ({ removalPolicy: RemovalPolicy.DESTROY }));
  template().allResources('AWS::SecretsManager::Secret', { DeletionPolicy: 'Delete' });
});

describe('an existing secret', () => {
  const ARN = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:partner-AbCdEf';

  test('is what the authorizer refers to, and the issuer may write', () => {
    const made = make((stack) => ({
      clients: [
        { ...clients[0], secret: Secret.fromSecretCompleteArn(stack, 'Partner', ARN) },
        clients[1],
      ],
    })).template();
    made.resourceCountIs('AWS::SecretsManager::Secret', 1);
    made.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          API_TOKEN_BRAVO: `{{resolve:secretsmanager:${ARN}:SecretString:verifiers::}}`,
        },
      },
    });
    made.hasResourceProperties('Custom::FirstApiToken', { SecretId: ARN, ClientName: 'bravo' });
    const writers = Object.values(made.findResources('AWS::IAM::Policy'))
      .map(({ Properties }) => JSON.stringify(Properties.PolicyDocument))
      .filter((policy) => policy.includes('secretsmanager:PutSecretValue'));
    expect(writers).toHaveLength(2);
    for (const policy of writers) expect(policy).toContain(ARN);
  });

  test('has to be known by its complete ARN', () => {
    expect(() =>
      make((stack) => ({
        clients: [{ ...clients[0], secret: Secret.fromSecretNameV2(stack, 'Partner', 'partner') }],
      })),
    ).toThrow(
      'secret of client bravo must be known by its complete ARN, which policies name: use Secret.fromSecretCompleteArn()',
    );
  });
});

describe('without usage plans', () => {
  test('nothing limits clients, and no method asks for a key', () => {
    const { template, authorizer } = make(() => ({ usagePlans: false }));
    const made = template();
    made.resourceCountIs('AWS::ApiGateway::UsagePlan', 0);
    made.resourceCountIs('AWS::ApiGateway::ApiKey', 0);
    made.hasResourceProperties('AWS::ApiGateway::RestApi', { ApiKeySourceType: Match.absent() });
    made.allResourcesProperties('AWS::ApiGateway::Method', {
      AuthorizationType: 'CUSTOM',
      ApiKeyRequired: false,
    });
    expect(authorizer.usagePlans).toEqual({});
  });

  test.each<[string, Partial<ApiTokenAuthorizerProps>]>([
    ['defaultLimits', { defaultLimits: { rate: 1, burst: 1 } }],
    ['limits of client bravo', { clients: [{ ...clients[0], limits: { rate: 1, burst: 1 } }] }],
  ])('%s would be a promise that nothing keeps', (owner, props) => {
    expect(() => make(() => ({ usagePlans: false, ...props }))).toThrow(
      `${owner} must be left out with usagePlans: false`,
    );
  });
});

describe('a list of all permissions', () => {
  const permissions = ['job.read', 'job.create'];

  test('takes what is in it', () => {
    expect(() => make(() => ({ permissions })).template()).not.toThrow();
  });

  test.each<[string, () => unknown, string]>([
    [
      'a method that asks for another one',
      () => make(() => ({ permissions: ['job.create'], clients: [{ ...clients[0] }] })),
      'permission of GET /jobs must be among job.create, got: "job.read"',
    ],
    [
      'a client that has another one',
      () => make(() => ({ permissions, clients: [{ ...clients[0], permissions: ['jobs.read'] }] })),
      'permissions of client bravo must be among job.read, job.create, got: "jobs.read"',
    ],
    [
      'one that is malformed',
      () => make(() => ({ permissions: ['job.*'] })),
      'permissions must look like job.create, got: "job.*"',
    ],
  ])('refuses %s', (_, wrong, message) => {
    expect(wrong).toThrow(message);
  });
});

describe('somebody may be allowed', () => {
  const policyOf = (grant: (authorizer: ApiTokenAuthorizer, role: Role) => unknown) => {
    const { stack, authorizer, template } = make(() => ({}));
    grant(
      authorizer,
      new Role(stack, 'Operator', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }),
    );
    const [policy] = Object.entries(template().findResources('AWS::IAM::Policy')).flatMap(
      ([id, { Properties }]) => (id.startsWith('Operator') ? [Properties.PolicyDocument] : []),
    );
    return JSON.stringify(policy);
  };

  test('to rotate and revoke', () => {
    const policy = policyOf((authorizer, role) => authorizer.grantRotate(role));
    expect(policy).toContain('lambda:InvokeFunction');
    expect(policy).toContain('AuthorizerRotationFunction');
    expect(policy).not.toContain('secretsmanager');
  });

  test('to read the tokens of some clients, or of all', () => {
    const one = policyOf((authorizer, role) => authorizer.grantReadTokens(role, 'bravo'));
    expect(one).toContain('secretsmanager:GetSecretValue');
    expect(one).toContain('Tokenbravo');
    expect(one).not.toContain('Tokenaeplugin');
    expect(policyOf((authorizer, role) => authorizer.grantReadTokens(role))).toContain(
      'Tokenaeplugin',
    );
  });

  test('but nothing of a client that there is not', () => {
    expect(() => policyOf((authorizer, role) => authorizer.grantReadTokens(role, 'x'))).toThrow(
      'Test/Authorizer has no client "x": there are bravo, ae-plugin',
    );
  });
});

test('the metrics of the authorizer are at hand', () => {
  const { authorizer } = make(() => ({}));
  expect(
    [
      authorizer.metricInvocations(),
      authorizer.metricDuration(),
      authorizer.metricErrors(),
      authorizer.metricThrottles({ statistic: 'max' }),
    ].map(({ metricName, statistic }) => `${metricName} ${statistic}`),
  ).toEqual(['Invocations Sum', 'Duration Average', 'Errors Sum', 'Throttles Maximum']);
});

describe('clients from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clients-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (content: string) => {
    const path = join(folder, 'clients.json');
    writeFileSync(path, content);
    return path;
  };

  test('are clients as from code', () => {
    const path = file(JSON.stringify(clients));
    make(() => ({ clients: ApiTokenAuthorizer.clientsFromFile(path) }))
      .template()
      .resourceCountIs('AWS::SecretsManager::Secret', 2);
  });

  test.each([
    ['no JSON', '{', /clients.json must be a JSON file with a list of clients, got: /],
    ['no list', '{}', /clients.json must hold a list of clients, got: object/],
  ])('have to be a list: %s', (_, content, message) => {
    expect(() => ApiTokenAuthorizer.clientsFromFile(file(content))).toThrow(message);
  });
});

describe('a value of another type is refused in one sentence:', () => {
  const refused = (props: object) =>
    expect(() => make(() => props as Partial<ApiTokenAuthorizerProps>));

  test.each<[object, string]>([
    [
      { cacheTTL: 0 },
      'ApiTokenAuthorizer has no property "cacheTTL": there are clients, clientTable, cacheTtl, headerName',
    ],
    [{ clients: undefined }, 'clients must be a list that is known at synth, got: undefined'],
    [
      { clients: Lazy.any({ produce: () => [] }) },
      'clients must be a list that is known at synth, got: a token that is only known at deployment',
    ],
    [{ cacheTtl: 300 }, 'cacheTtl must be a duration such as Duration.minutes(5), got: 300'],
    [{ rotationOverlap: null }, 'rotationOverlap must be a duration such as Duration.minutes(5)'],
    [{ headerName: 5 }, 'headerName must be the name of a header, got: 5'],
    [{ headerName: null }, 'headerName must be the name of a header, got: null'],
    [{ tokenPrefix: null }, 'tokenPrefix must be 2 to 16 lower-case letters and digits'],
    [{ permissions: 'job.read' }, 'permissions must be a list, got: "job.read"'],
  ])('%j', (props, sentence) => {
    refused(props).toThrow(sentence);
  });

  test('props that are left out', () => {
    const props = undefined as unknown as ApiTokenAuthorizerProps;
    expect(() => new ApiTokenAuthorizer(new Stack(), 'Authorizer', props)).toThrow(
      'ApiTokenAuthorizer must be an object with clients, clientTable, cacheTtl',
    );
  });

  test('a method that is none', () => {
    const { authorizer } = make(() => ({}));
    const method = undefined as unknown as Method;
    const sentence = 'method must be a Method, as resource.addMethod() returns it, got: undefined';
    expect(() => authorizer.protect(method, 'job.read')).toThrow(sentence);
    expect(() => authorizer.open(method)).toThrow(sentence);
  });
});

test('a stack may be looked at twice', () => {
  const { stack } = make(() => ({}));
  const [first, second] = [TemplateOf.fromStack(stack), TemplateOf.fromStack(stack)];
  expect(second.toJSON()).toEqual(first.toJSON());
  expect(() => (stack.node.root as App).synth({ force: true })).not.toThrow();
});
