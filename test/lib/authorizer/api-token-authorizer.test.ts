import { describe, expect, test } from '@jest/globals';
import { CfnParameter, Duration, Tags, Token } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Cors, Stage } from 'aws-cdk-lib/aws-apigateway';
import type { ClientProps } from '../../../lib/authorizer/clients/client-props.ts';
import { clients, protectJobs, synthesize } from '../../support/synth.ts';

const [bravo] = clients;

/** As many clients as wanted, with variables of a given length. */
const many = (count: number, variableLength: number): ClientProps[] =>
  Array.from({ length: count }, (_, index) => {
    const letters = `${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + Math.floor(index / 26))}`;
    return {
      name: letters,
      environmentVariable: `API_TOKEN_${letters.toUpperCase()}`.padEnd(variableLength, '_'),
      permissions: ['job.read'],
    };
  });

describe('ApiTokenAuthorizer makes', () => {
  const template = synthesize(protectJobs);

  test('an empty secret for each client, without tags, and kept but for a first deployment that fails', () => {
    template.allResources('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        GenerateSecretString: Match.absent(),
        SecretString: Match.absent(),
        Tags: Match.absent(),
      },
    });
  });

  test('a first token for each client, before the authorizer is there', () => {
    for (const { name } of clients) {
      template.hasResourceProperties('Custom::FirstApiToken', {
        SecretId: { Ref: Match.stringLikeRegexp(`^AuthorizerTokensToken${name.replace('-', '')}`) },
        ClientName: name,
      });
    }
    template.resourceCountIs('Custom::FirstApiToken', 2);
    const [authorizer] = Object.values(
      template.findResources('AWS::Lambda::Function', {
        Properties: { Description: 'Recognises API tokens for API Gateway' },
      }),
    );
    for (const id of Object.keys(template.findResources('Custom::FirstApiToken'))) {
      expect(authorizer?.DependsOn).toContain(id);
    }
  });

  test('an environment of references to verifiers, and no secret value anywhere', () => {
    const reference = Match.objectLike({
      'Fn::Join': [
        '',
        ['{{resolve:secretsmanager:', Match.anyValue(), ':SecretString:verifiers::}}'],
      ],
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { API_TOKEN_BRAVO: reference, API_TOKEN_PLUGIN: reference } },
    });
    expect(JSON.stringify(template)).not.toMatch(/SecretString:(token)?:/);
  });

  test('a comparison of environment and secrets after each change of the authorizer', () => {
    const fingerprint = (each: typeof template) =>
      Object.values(each.findResources('Custom::ApiTokenEnvironment'))[0]?.Properties.Authorizer;
    expect(fingerprint(template)).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprint(synthesize(protectJobs, { clients: [bravo] }))).not.toBe(
      fingerprint(template),
    );
    expect(fingerprint(synthesize(protectJobs))).toBe(fingerprint(template));
    const tagged = synthesize((fixture) => {
      protectJobs(fixture);
      Tags.of(fixture.stack).add('team', 'x');
    });
    expect(fingerprint(tagged)).not.toBe(fingerprint(template));
  });

  test('that comparison when the stage is there, whose results it flushes', () => {
    const [environment] = Object.values(template.findResources('Custom::ApiTokenEnvironment'));
    expect(JSON.stringify(environment?.DependsOn)).toContain('DeploymentStageprod');
  });

  test('a rotation function that may touch these secrets, this function and this cache only', () => {
    const [policy] = Object.values(
      template.findResources('AWS::IAM::Policy', {
        Properties: {
          PolicyDocument: {
            Statement: Match.arrayWith([Match.objectLike({ Action: 'apigateway:DELETE' })]),
          },
        },
      }),
    );
    const [log, secrets, authorizer, cache] = policy?.Properties.PolicyDocument.Statement ?? [];
    expect(policy?.Properties.PolicyDocument.Statement).toHaveLength(4);
    expect(log.Action).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(secrets).toMatchObject({
      Action: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      Resource: Object.keys(template.findResources('AWS::SecretsManager::Secret'))
        .toSorted((a, b) => a.localeCompare(b))
        .map((Ref) => ({ Ref })),
    });
    expect(authorizer).toMatchObject({
      Action: [
        'lambda:GetFunctionConfiguration',
        'lambda:InvokeFunction',
        'lambda:UpdateFunctionConfiguration',
      ],
      Resource: { 'Fn::GetAtt': [expect.stringMatching(/^AuthorizerFunction/), 'Arn'] },
    });
    expect(JSON.stringify(cache.Resource)).toMatch(
      /:apigateway:.*::\/restapis\/.*"Api.*\/stages\/prod\/cache\/authorizers"/,
    );
  });

  test('a function on Node.js 24 and ARM64 that may write its own log and nothing else', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Effect: 'Allow',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('Logs'), 'Arn'] },
          },
        ],
      },
    });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });

  test('a REQUEST authorizer whose only identity source is the header, cached for 5 minutes', () => {
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      Type: 'REQUEST',
      IdentitySource: 'method.request.header.X-API-Token',
      AuthorizerResultTtlInSeconds: 300,
    });
  });

  test('every protected method ask for it', () => {
    template.allResourcesProperties('AWS::ApiGateway::Method', {
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: Match.stringLikeRegexp('Authorizer') },
    });
  });
});

describe('a new deployment of the API follows', () => {
  const deployment = (...args: Parameters<typeof synthesize>) =>
    Object.keys(synthesize(...args).findResources('AWS::ApiGateway::Deployment'));
  const before = deployment(protectJobs);

  test('another cache TTL', () => {
    expect(deployment(protectJobs, { cacheTtl: Duration.minutes(1) })).not.toEqual(before);
  });

  test('another header', () => {
    expect(deployment(protectJobs, { headerName: 'X-Key' })).not.toEqual(before);
  });

  test('a method that was open and is now protected', () => {
    const wire = (isOpen: boolean) => (fixture: Parameters<typeof protectJobs>[0]) => {
      protectJobs(fixture);
      const method = fixture.add('GET', '/status');
      if (isOpen) fixture.authorizer.open(method);
      else fixture.authorizer.protect(method, 'status.read');
    };
    expect(deployment(wire(true))).not.toEqual(deployment(wire(false)));
  });

  test('nothing else', () => {
    expect(deployment(protectJobs)).toEqual(before);
  });
});

describe('props may be', () => {
  test.each([
    ['no caching', Duration.seconds(0), 0],
    ['an hour', Duration.hours(1), 3_600],
  ])('a cache TTL of %s', (_, cacheTtl, seconds) => {
    synthesize(protectJobs, { cacheTtl }).hasResourceProperties('AWS::ApiGateway::Authorizer', {
      AuthorizerResultTtlInSeconds: seconds,
    });
  });

  test('another header', () => {
    synthesize(protectJobs, { headerName: 'X-Key' }).hasResourceProperties(
      'AWS::ApiGateway::Authorizer',
      { IdentitySource: 'method.request.header.X-Key' },
    );
  });

  test.each([
    [20, 23],
    [19, 34],
  ])(
    '%i clients with variables of %i characters, all in the middle of a second rotation',
    (count, length) => {
      synthesize(protectJobs, { clients: many(count, length) }).resourceCountIs(
        'AWS::SecretsManager::Secret',
        count,
      );
    },
  );

  test('a cache TTL that only the deployment knows', () => {
    const template = synthesize(
      (fixture) => {
        new CfnParameter(fixture.stack, 'Ttl', { type: 'Number' });
        protectJobs(fixture);
      },
      {
        cacheTtl: Duration.seconds(Token.asNumber({ Ref: 'Ttl' })),
      },
    );
    template.hasResourceProperties('AWS::ApiGateway::Authorizer', {
      AuthorizerResultTtlInSeconds: { Ref: 'Ttl' },
    });
  });
});

const unresolved = Token.asString({ Ref: 'Parameter' });
const UNRESOLVED = 'got: a token that is only known at deployment';

const unresolvedProps: [string, object, string][] = [
  ['an unresolved name', { clients: [{ ...bravo, name: unresolved }] }, UNRESOLVED],
  [
    'an unresolved variable',
    { clients: [{ ...bravo, environmentVariable: unresolved }] },
    `environmentVariable of client bravo must look like API_TOKEN_BRAVO, ${UNRESOLVED}`,
  ],
  [
    'an unresolved permission',
    { clients: [{ ...bravo, permissions: [unresolved] }] },
    `permissions of client bravo must look like job.create, job.* or *, ${UNRESOLVED}`,
  ],
  [
    'unresolved permissions',
    { clients: [{ ...bravo, permissions: Token.asList({ Ref: 'Parameter' }) }] },
    `permissions of client bravo must be a list of at least one, ${UNRESOLVED}`,
  ],
  ['an unresolved client', { clients: [Token.asAny({ Ref: 'Parameter' })] }, UNRESOLVED],
  [
    'an unresolved header',
    { headerName: unresolved },
    `headerName must be the name of a header, ${UNRESOLVED}`,
  ],
  [
    'an unresolved prefix',
    { tokenPrefix: unresolved },
    `tokenPrefix must be 2 to 16 lower-case letters and digits, a letter first, ${UNRESOLVED}`,
  ],
  [
    'an unresolved overlap, which nobody would check',
    { rotationOverlap: Duration.seconds(Token.asNumber({ Ref: 'Parameter' })) },
    `rotationOverlap must be a duration, ${UNRESOLVED}`,
  ],
  [
    'an unresolved cache TTL in minutes',
    { cacheTtl: Duration.minutes(Token.asNumber({ Ref: 'Parameter' })) },
    'cacheTtl is a token that is only known at deployment, and cannot be converted to seconds: write it as Duration.seconds()',
  ],
];

describe('props are refused at once:', () => {
  test.each<[string, object, string | RegExp]>([
    ['no clients', { clients: [] }, 'clients must name at least one client'],
    [
      'a name with a space',
      { clients: [{ ...bravo, name: 'my client' }] },
      /name of a client .*"my client"/,
    ],
    ['a name in capitals', { clients: [{ ...bravo, name: 'Bravo' }] }, /"Bravo"/],
    ['a name of 65 letters', { clients: [{ ...bravo, name: 'x'.repeat(65) }] }, /at most 64/],
    [
      'a variable of another form',
      { clients: [{ ...bravo, environmentVariable: 'TOKEN' }] },
      /environmentVariable of client bravo .*"TOKEN"/,
    ],
    ['a client without a name', { clients: [{ ...bravo, name: undefined }] }, /name of a client/],
    [
      'a client without a variable',
      { clients: [{ ...bravo, environmentVariable: undefined }] },
      /environmentVariable of client bravo/,
    ],
    [
      'permissions that are a text',
      { clients: [{ ...bravo, permissions: 'job.read' }] },
      /permissions of client bravo must be a list of at least one, got: "job.read"/,
    ],
    [
      'no permissions',
      { clients: [{ ...bravo, permissions: [] }] },
      /must be a list of at least one, got: \[\]/,
    ],
    [
      'a permission that opens no route',
      { clients: [{ ...bravo, permissions: ['job.raed'] }] },
      /permission job.raed of client bravo opens no route: the API asks for job.create, job.read/,
    ],
    [
      'a permission of one word',
      { clients: [{ ...bravo, permissions: ['job'] }] },
      /permissions of client bravo .*"job"/,
    ],
    [
      'two clients with one name',
      { clients: [bravo, { ...bravo, environmentVariable: 'API_TOKEN_B' }] },
      'name of a client must be unique, got twice: bravo',
    ],
    [
      'two clients with one variable',
      { clients: [bravo, { ...bravo, name: 'b' }] },
      'environmentVariable of a client must be unique, got twice: API_TOKEN_BRAVO',
    ],
    [
      'more clients than 4 KB hold',
      { clients: many(20, 24) },
      'the environment of 20 clients takes 4101 bytes when all of them rotate twice within the overlap, and Lambda allows 4096',
    ],
    ...unresolvedProps,
    [
      'a cache TTL over an hour',
      { cacheTtl: Duration.seconds(3_601) },
      /cacheTtl must be 0 to 1 hour in whole seconds, got: /,
    ],
    ['a cache TTL of half a second', { cacheTtl: Duration.millis(500) }, /cacheTtl/],
    [
      'an overlap over 30 days',
      { rotationOverlap: Duration.days(31) },
      /rotationOverlap must be 0 to 30 days in whole seconds, got: 31 days/,
    ],
    [
      'a token prefix with an underscore',
      { tokenPrefix: 'my_atk' },
      /tokenPrefix must be .*"my_atk"/,
    ],
    [
      'a header with a space',
      { headerName: 'X API' },
      /headerName must be the name of a header, got: "X API"/,
    ],
  ])('%s', (_, props, message) => {
    expect(() => synthesize(protectJobs, props)).toThrow(message);
  });

  test('more secrets and stages than the rotation function can name', () => {
    expect(() =>
      synthesize(
        (fixture) => {
          protectJobs(fixture);
          const { deploymentStage } = fixture.api;
          for (const stageName of ['a'.repeat(64), 'b'.repeat(64)]) {
            const deployment = fixture.api.latestDeployment;
            if (deployment) new Stage(deploymentStage, stageName, { deployment, stageName });
          }
        },
        { clients: many(20, 20).map((each) => ({ ...each, name: each.name.padEnd(64, 'x') })) },
      ),
    ).toThrow(
      /the ARNs of the clients' secrets and of 3 stages take up to \d{4} bytes, .* has room for 3716: shorten the names/,
    );
  });

  test('a permission that is a wildcard', () => {
    expect(() =>
      synthesize(({ authorizer, add }) => authorizer.protect(add('GET', '/jobs'), 'job.*')),
    ).toThrow('permission of GET /jobs must look like job.create, got: "job.*"');
  });
});

describe('a method that nobody protected', () => {
  test('fails synth', () => {
    expect(() =>
      synthesize((fixture) => {
        protectJobs(fixture);
        fixture.add('DELETE', '/jobs/{id}');
      }),
    ).toThrow(/DELETE \/jobs\/\{id\} is open to everyone: call protect\(\) with a permission/);
  });

  test('passes when it was opened on purpose', () => {
    const template = synthesize((fixture) => {
      protectJobs(fixture);
      fixture.authorizer.open(fixture.add('GET', '/health'));
    });
    template.hasResourceProperties('AWS::ApiGateway::Method', { AuthorizationType: 'NONE' });
  });

  test('passes when it is a preflight request', () => {
    synthesize((fixture) => {
      protectJobs(fixture);
      fixture.api.root.getResource('jobs')?.addCorsPreflight({ allowOrigins: Cors.ALL_ORIGINS });
    }).hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'OPTIONS',
      AuthorizationType: 'NONE',
    });
  });
});

describe('a policy that would not be what the permissions say fails synth:', () => {
  test('a wildcard that reaches into another permission', () => {
    expect(() =>
      synthesize((fixture) => {
        protectJobs(fixture);
        fixture.authorizer.protect(fixture.add('GET', '/jobs/{id}/secrets'), 'secret.read');
      }),
    ).toThrow(
      'client bravo has no permission for GET /jobs/{id}/secrets, but its policy would open it: GET/jobs/?* also matches GET /jobs/1/secrets, so give the client secret.read, or one of the two routes another path',
    );
  });

  test('but not where every client with the one has the other', () => {
    synthesize(
      (fixture) => {
        protectJobs(fixture);
        fixture.authorizer.protect(fixture.add('GET', '/jobs/{id}/logs'), 'job.logs');
      },
      { clients: [bravo] },
    ).resourceCountIs('AWS::ApiGateway::Method', 4);
  });

  test('a wildcard that reaches a method which the app opened takes nothing from it', () => {
    synthesize((fixture) => {
      protectJobs(fixture);
      fixture.authorizer.open(fixture.add('GET', '/jobs/{id}/schema'));
    }).resourceCountIs('AWS::ApiGateway::Method', 4);
  });

  test('a route that is longer than a policy resource may be', () => {
    expect(() =>
      synthesize(({ authorizer, add }) => {
        authorizer.protect(add('GET', `/${'long/'.repeat(90)}end`), 'job.read');
      }),
    ).toThrow(/does not fit into a policy resource of 512 characters/);
  });

  test('more routes than a result has room for', () => {
    expect(() =>
      synthesize(({ authorizer, add }) => {
        for (let index = 0; index < 80; index++) {
          authorizer.protect(add('GET', `/route-${index}`), 'job.read');
        }
      }),
    ).toThrow(/the policy of client bravo lists 80 routes and takes about \d+ bytes/);
  });
});
