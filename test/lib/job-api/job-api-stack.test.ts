import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { clients } from '../../../lib/job-api/clients.ts';
import { JobApiStack } from '../../../lib/job-api/job-api-stack.ts';
import { testApp } from '../../support/synth.ts';

const outdir = mkdtempSync(join(tmpdir(), 'cdk-out-'));
afterAll(() => rmSync(outdir, { recursive: true }));

// The one suite that has CDK check the whole template, as `cdk synth` and `cdk deploy` do.
delete process.env.CDK_VALIDATION;
const app = testApp(outdir);
const stack = new JobApiStack(app, 'JobApi', { clients });
const template = Template.fromStack(stack);
app.synth();

/** The bundle of the function with this description, as `cdk deploy` uploads it. */
function bundleOf(description: string): string {
  const [fn] = Object.values(
    template.findResources('AWS::Lambda::Function', { Properties: { Description: description } }),
  );
  const key = String(fn?.Properties.Code.S3Key).replace('.zip', '');
  return join(outdir, `asset.${key}`);
}

test('CDK has checked the whole template, and has nothing against it', () => {
  // There is no report without the check.
  const report = readFileSync(join(outdir, 'validation-report.json'), 'utf8');
  expect(JSON.parse(report)).toMatchObject({ pluginReports: [] });
});

describe('the access log', () => {
  const [stage] = Object.values(template.findResources('AWS::ApiGateway::Stage'));
  const format = JSON.parse(stage?.Properties.AccessLogSetting.Format) as Record<string, string>;

  test('names the request by the id that a client may choose, and by the one that it may not', () => {
    expect(format).toMatchObject({
      requestId: '$context.requestId',
      extendedRequestId: '$context.extendedRequestId',
    });
  });

  test('names client, token id, status, latency and error type', () => {
    expect(Object.values(format)).toEqual(
      expect.arrayContaining([
        '$context.authorizer.clientName',
        '$context.authorizer.tokenId',
        '$context.status',
        '$context.responseLatency',
        '$context.error.responseType',
      ]),
    );
  });

  test('has nothing of what a client wrote, where a token could be', () => {
    for (const variable of Object.values(format)) {
      expect(variable).not.toMatch(/header|input|\$context\.path|requestOverride|userAgent/i);
    }
  });

  test('is the only one: no data trace writes whole requests', () => {
    expect(stage?.Properties.MethodSettings).toEqual([
      {
        HttpMethod: '*',
        ResourcePath: '/*',
        DataTraceEnabled: false,
        LoggingLevel: 'ERROR',
        ThrottlingRateLimit: 200,
        ThrottlingBurstLimit: 400,
      },
    ]);
  });
});

describe('gateway responses', () => {
  const responses = Object.values(template.findResources('AWS::ApiGateway::GatewayResponse')).map(
    (each) => each.Properties as Record<string, string & Record<string, string>>,
  );
  const byType = (type: string) => responses.find((each) => each.ResponseType === type);

  test.each(responses.map((each) => [String(each.ResponseType), each] as const))(
    '%s has the one JSON shape',
    (_, response) => {
      const body = response.ResponseTemplates?.['application/json'] ?? '';
      const filled = body
        .replace('$context.error.messageString', '"text"')
        .replace('$context.error.validationErrorString', 'text');
      expect(JSON.parse(filled)).toEqual({
        error: expect.any(String),
        requestId: '$context.requestId',
      });
    },
  );

  test.each([
    ['UNAUTHORIZED', '401'],
    ['ACCESS_DENIED', '403'],
    ['WAF_FILTERED', '403'],
    ['MISSING_AUTHENTICATION_TOKEN', '404'],
    ['BAD_REQUEST_BODY', '400'],
    ['BAD_REQUEST_PARAMETERS', '400'],
    ['REQUEST_TOO_LARGE', '413'],
    ['UNSUPPORTED_MEDIA_TYPE', '415'],
    ['THROTTLED', '429'],
    ['QUOTA_EXCEEDED', '429'],
    ['AUTHORIZER_FAILURE', '500'],
    ['AUTHORIZER_CONFIGURATION_ERROR', '500'],
    ['INTEGRATION_TIMEOUT', '504'],
  ])('%s is %s', (type, statusCode) => {
    expect(byType(type)?.StatusCode).toBe(statusCode);
  });

  test('a DEFAULT has no status code: it would rewrite all others', () => {
    expect(byType('DEFAULT_4XX')).not.toHaveProperty('StatusCode');
    expect(byType('DEFAULT_5XX')).not.toHaveProperty('StatusCode');
  });

  test('a 401 names its scheme', () => {
    expect(byType('UNAUTHORIZED')).toMatchObject({
      ResponseTemplates: {
        'application/json': expect.stringContaining('Missing or invalid API token'),
      },
      ResponseParameters: {
        'gatewayresponse.header.WWW-Authenticate': `'ApiToken header="X-API-Token"'`,
      },
    });
  });
});

describe('the job functions', () => {
  test.each([
    ['Creates jobs', ['dynamodb:GetItem', 'dynamodb:PutItem']],
    ['Reads a job', 'dynamodb:GetItem'],
    ['Lists jobs', 'dynamodb:Query'],
  ])('%s: may do to the table what it needs', (_, actions) => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
          {
            Action: actions,
            Effect: 'Allow',
            Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Jobs'), 'Arn'] },
          },
        ],
      },
    });
  });

  test('run on Node.js 24 and ARM64', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
    });
  });

  test('POST is checked against the request model', () => {
    template.hasResourceProperties('AWS::ApiGateway::Method', {
      HttpMethod: 'POST',
      RequestModels: { 'application/json': Match.anyValue() },
      RequestValidatorId: Match.anyValue(),
    });
    template.hasResourceProperties('AWS::ApiGateway::Model', {
      Schema: Match.objectLike({ additionalProperties: false, required: ['type', 'payload'] }),
    });
  });
});

test('the table is on demand, encrypted, can be restored, and is kept but for a first deployment that fails', () => {
  template.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  });
});

test('what costs extra or has to be named is off: a web ACL, and whom alarms tell', () => {
  template.resourceCountIs('AWS::WAFv2::WebACL', 0);
  template.resourceCountIs('AWS::SNS::Topic', 0);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.absent() });
});

test('the outputs are the URL, and what operators need of each client and of the access log', () => {
  expect(Object.keys(template.findOutputs('*'))).toEqual([
    expect.stringMatching(/^ApiTokenAuthorizerClientsbravo/),
    expect.stringMatching(/^ApiTokenAuthorizerClientsaeplugin/),
    expect.stringMatching(/^ApiTokenAuthorizerAccessLog/),
    'ApiUrl',
  ]);
});

test('the rotation function knows whose secrets they are from its bundle and its environment', () => {
  const description = 'Rotates and revokes API tokens';
  const folder = bundleOf(description);
  expect(JSON.parse(readFileSync(join(folder, 'registry.json'), 'utf8'))).toEqual([
    { name: 'bravo', variable: 'API_TOKEN_BRAVO' },
    { name: 'ae-plugin', variable: 'API_TOKEN_PLUGIN' },
  ]);
  const secrets = template.findResources('AWS::SecretsManager::Secret');
  const idOf = (client: string) =>
    Object.keys(secrets).find(
      (id) => secrets[id]?.Properties.Description === `API token of client ${client}`,
    );
  template.hasResourceProperties('AWS::Lambda::Function', {
    Description: description,
    Environment: {
      Variables: {
        SECRET_IDS: { 'Fn::Join': ['', [{ Ref: idOf('bravo') }, ' ', { Ref: idOf('ae-plugin') }]] },
      },
    },
  });
});

describe("the authorizer's bundle", () => {
  const folder = bundleOf('Recognises API tokens for API Gateway');
  const code = readFileSync(join(folder, 'index.mjs'), 'utf8');

  test('is at most 7 KB', () => {
    expect(statSync(join(folder, 'index.mjs')).size).toBeLessThanOrEqual(7_168);
  });

  test('depends on nothing but Node.js and its registry', () => {
    const imports = [...code.matchAll(/import[^;]*?from\s*"([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(imports)).toEqual(new Set(['node:crypto', './registry.json']));
    expect(code).not.toMatch(/require\(|import\(/);
  });

  test('has a registry with every client and every route', () => {
    expect(JSON.parse(readFileSync(join(folder, 'registry.json'), 'utf8'))).toEqual({
      headerName: 'x-api-token',
      apiCount: 1,
      clients: [
        {
          name: 'bravo',
          variable: 'API_TOKEN_BRAVO',
          permissions: ['job.create', 'job.read'],
          routes: [['POST/jobs', 'GET/jobs', 'GET/jobs/?*']],
          usageIdentifierKey: expect.stringMatching(/^[0-9a-f]{40}$/),
        },
        {
          name: 'ae-plugin',
          variable: 'API_TOKEN_PLUGIN',
          usageIdentifierKey: expect.stringMatching(/^[0-9a-f]{40}$/),
          permissions: ['job.create', 'job.read'],
          routes: [['POST/jobs', 'GET/jobs', 'GET/jobs/?*']],
        },
      ],
    });
  });

  const run = (env: Record<string, string>) =>
    spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { handler } = await import(${JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href)});
         const methodArn = 'arn:aws:execute-api:r:1:api/prod/GET/jobs';
         const requestContext = { apiId: 'api', stage: 'prod' };
         console.log((await handler({ methodArn, requestContext, multiValueHeaders: { 'x-api-token': ['t'] } })).principalId);`,
      ],
      { env, encoding: 'utf8' },
    );

  test('starts by itself and recognises a token', () => {
    expect(run({ API_TOKEN_BRAVO: 't' }).stdout).toMatch(/\nbravo\n$/);
  });

  test('fails its init without any token', () => {
    const { status, stderr } = run({});
    expect(status).toBe(1);
    expect(stderr).toContain('no API token is configured');
  });
});
