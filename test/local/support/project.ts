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

const secret = { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString: {} } };
const reference = (id: string) => ({
  'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: id }, ':SecretString:::}}']],
});

const app: FixtureApp = {
  functions: {
    Auth: {
      code: authorizer,
      properties: {
        Environment: {
          Variables: { TOKEN_A: reference('SecretA'), TOKEN_R: reference('SecretR') },
        },
      },
    },
    Echo: echo,
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
    SecretR: secret,
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
    TokenSecretAlpha: { Description: 'the API token of client alpha', Value: { Ref: 'SecretA' } },
    TokenSecretReader: { Description: 'the API token of client reader', Value: { Ref: 'SecretR' } },
  },
};

/** A project's folder, whose app is synthesized at once. */
export function newProject(command?: string): string {
  const folder = newFolder();
  const app_ = command ?? `mkdir -p "$CDK_OUTDIR" && cp -R ${assemblyOf(app)}/. "$CDK_OUTDIR"`;
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app: app_ }));
  return folder;
}
