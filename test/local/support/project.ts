import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemblyOf, echo, type FixtureApp } from './fixture-app.ts';
import { newFolder } from './new-folder.ts';

/** An authorizer that knows one client's token, and lets it use GET only when it is `reader`. */
const authorizer = `
const clients = new Map([[process.env.TOKEN_A, 'alpha'], [process.env.TOKEN_R, 'reader']]);
export const handler = async ({ headers, methodArn }) => {
  const principalId = clients.get(headers['X-Token']);
  if (principalId === undefined) throw new Error('Unauthorized');
  const stage = methodArn.split('/').slice(0, 2).join('/');
  const Resource = principalId === 'reader' ? stage + '/GET/*' : '*';
  return { principalId, policyDocument: { Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource }] } };
};`;

const schema = {
  type: 'object',
  required: ['kind', 'name', 'size', 'share', 'on', 'tags', 'more', 'any'],
  properties: {
    kind: { enum: ['a', 'b'] },
    name: { type: 'string', minLength: 10 },
    size: { type: 'integer', minimum: 5 },
    share: { type: 'number' },
    on: { type: 'boolean' },
    tags: { type: 'array' },
    more: { type: 'object' },
  },
};

/** Gives a secret its first value, unless it has one, as an issuer of tokens does at deployment. */
const issuer = (before: string) => `
const call = async (operation, input) => {
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    headers: {
      'x-amz-target': 'secretsmanager.' + operation,
      authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/',
    },
    body: JSON.stringify(input),
  });
  return await response.json();
};
export const handler = async ({ ResponseURL, RequestId, ResourceProperties: { SecretId } }) => {
  console.log('Issuing');
  ${before}
  const { VersionIdsToStages } = await call('DescribeSecret', { SecretId });
  if (Object.keys(VersionIdsToStages).length === 0) {
    await call('PutSecretValue', { SecretId, ClientRequestToken: RequestId, SecretString: RequestId });
  }
  await fetch(ResponseURL, { method: 'PUT', body: JSON.stringify({ Status: 'SUCCESS' }) });
};`;

const secret = { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } };
const reference = (id: string) => ({
  'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: id }, ':SecretString:::}}']],
});

/** An output that describes a client to the local gateway. */
const client = (name: string, secret: string) => ({
  Value: { 'Fn::Sub': `{"apiTokenClient":1,"name":"${name}","secretId":"\${${secret}}"}` },
});

const app = (beforeIssuing: string): FixtureApp => ({
  functions: {
    Auth: {
      code: authorizer,
      properties: {
        Environment: {
          Variables: { TOKEN_A: reference('SecretA'), TOKEN_R: reference('SecretR') },
        },
      },
      dependsOn: 'TokenR',
    },
    Echo: echo,
    Issuer: { code: issuer(beforeIssuing), properties: { Timeout: 60 } },
  },
  methods: [
    { route: 'GET /things', calls: 'Echo' },
    { route: 'PUT /things', calls: 'Echo' },
    { route: 'ANY /any', calls: 'Echo' },
    { route: 'GET /things/{id}', calls: 'Echo' },
    { route: 'GET /open', calls: 'Echo', open: true },
    {
      route: 'POST /things',
      calls: 'Echo',
      properties: {
        RequestValidatorId: { Ref: 'Validator' },
        RequestModels: { 'application/json': { Ref: 'Thing' } },
      },
    },
  ],
  resources: {
    SecretA: secret,
    SecretR: { Type: 'AWS::SecretsManager::Secret' },
    TokenR: {
      Type: 'Custom::FirstToken',
      Properties: { ServiceToken: { 'Fn::GetAtt': 'Issuer.Arn' }, SecretId: { Ref: 'SecretR' } },
    },
    Validator: {
      Type: 'AWS::ApiGateway::RequestValidator',
      Properties: { ValidateRequestBody: true },
    },
    Thing: { Type: 'AWS::ApiGateway::Model', Properties: { Schema: schema } },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      },
    },
  },
  outputs: {
    Alpha: client('alpha', 'SecretA'),
    Reader: client('reader', 'SecretR'),
  },
});

/**
 * A project's folder, whose app is synthesized at once.
 *
 * @param command another app, as a shell command
 * @param beforeIssuing what the issuer of tokens does first
 * @param more what the app has in place of its own
 */
export function newProject(
  command?: string,
  beforeIssuing = '',
  more: Partial<FixtureApp> = {},
): string {
  const folder = newFolder();
  const copy = () => `cp -R ${assemblyOf({ ...app(beforeIssuing), ...more })}/. "$CDK_OUTDIR"`;
  const text = JSON.stringify({ app: command ?? `mkdir -p "$CDK_OUTDIR" && ${copy()}` });
  writeFileSync(join(folder, 'cdk.json'), text);
  return folder;
}
