import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { parseTokenSecret } from '../../../lambda/contract/token/token-secret.ts';

const before = { ...process.env };
const REQUEST_ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const verifiers = `sha256:${'d'.repeat(42)}A`;

Object.assign(process.env, {
  SECRET_IDS: 'arn-of-bravo arn-of-plugin',
  TOKEN_PREFIX: 'jobs',
  OVERLAP_SECONDS: '3600',
  AUTHORIZER_FUNCTION: 'authorizer',
  HEADER_NAME: 'x-api-token',
  STAGE_ARNS: 'arn:aws:execute-api:r:1:api/prod/',
});

jest.unstable_mockModule(
  '../../../lambda/issuer/entry/registry.json',
  () => ({
    default: [
      { name: 'bravo', variable: 'API_TOKEN_BRAVO' },
      { name: 'ae-plugin', variable: 'API_TOKEN_PLUGIN' },
    ],
  }),
  { virtual: true },
);

interface Sent {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}

let sent: Sent[];
/** The value of every secret; `undefined`: it has none yet. */
let secretValue: string | undefined;

/** AWS, in place of the network. */
async function answer(command: object): Promise<unknown> {
  const { input } = command as Sent;
  const name = command.constructor.name.replace(/Command$/, '');
  sent.push({ command: name, input });
  switch (name) {
    case 'DescribeSecret':
      return secretValue === undefined ? {} : { VersionIdsToStages: { v1: ['AWSCURRENT'] } };
    case 'GetSecretValue':
      return { SecretString: secretValue };
    case 'GetFunctionConfiguration':
      return {
        Environment: { Variables: { API_TOKEN_BRAVO: verifiers, API_TOKEN_PLUGIN: verifiers } },
        RevisionId: 'r1',
      };
    default:
      return {};
  }
}

beforeEach(() => {
  sent = [];
  secretValue = undefined;
  for (const { prototype } of [SecretsManagerClient, LambdaClient, APIGatewayClient]) {
    jest.spyOn(prototype as { send: typeof answer }, 'send').mockImplementation(answer);
  }
  jest.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response());
});

afterAll(() => {
  jest.restoreAllMocks();
  process.env = before;
});

const request = (RequestType: string, ResourceProperties: object) =>
  ({
    RequestType,
    RequestId: REQUEST_ID,
    StackId: 'stack-1',
    LogicalResourceId: 'Resource',
    ResponseURL: 'https://cloudformation.example/answer',
    ResourceProperties,
  }) as CloudFormationCustomResourceEvent;

/** The status that CloudFormation was told last. */
const status = () => {
  const [, init] = jest.mocked(fetch).mock.lastCall ?? [];
  return (JSON.parse(init?.body as string) as { readonly Status: string }).Status;
};

describe('the deployed function for first tokens', () => {
  const give = async (RequestType: string) => {
    const { handler } = await import('../../../lambda/issuer/entry/first-token.ts');
    await handler(request(RequestType, { SecretId: 'arn-of-bravo', ClientName: 'bravo' }));
    expect(status()).toBe('SUCCESS');
    return sent.find(({ command }) => command === 'PutSecretValue')?.input;
  };

  test.each(['Create', 'Update'])('issues one for an empty secret at %s', async (type) => {
    const written = await give(type);
    expect(written).toMatchObject({ SecretId: 'arn-of-bravo', ClientRequestToken: REQUEST_ID });
    const { token } = parseTokenSecret(String(written?.SecretString)) ?? {};
    expect(token).toMatch(/^jobs_bravo_/);
    expect(sent.map(({ command }) => command)).toEqual(['DescribeSecret', 'PutSecretValue']);
  });

  test('keeps a plain token that the secret had before the issuer came', async () => {
    secretValue = 'plain-token';
    const written = await give('Create');
    expect(parseTokenSecret(String(written?.SecretString))?.token).toBe('plain-token');
  });

  test('leaves what somebody wrote over a secret later', async () => {
    secretValue = 'REVOKED';
    expect(await give('Update')).toBeUndefined();
  });
});

describe('the deployed rotation function', () => {
  test('compares the secrets of its stack with its authorizer, and flushes its stages', async () => {
    secretValue = JSON.stringify({ verifiers });
    const { handler } = await import('../../../lambda/issuer/entry/rotation.ts');
    await handler(request('Update', {}));
    expect(status()).toBe('SUCCESS');
    expect(sent).toEqual([
      { command: 'GetFunctionConfiguration', input: { FunctionName: 'authorizer' } },
      { command: 'DescribeSecret', input: { SecretId: 'arn-of-bravo' } },
      { command: 'GetSecretValue', input: { SecretId: 'arn-of-bravo', VersionId: 'v1' } },
      { command: 'DescribeSecret', input: { SecretId: 'arn-of-plugin' } },
      { command: 'GetSecretValue', input: { SecretId: 'arn-of-plugin', VersionId: 'v1' } },
      {
        command: 'FlushStageAuthorizersCache',
        input: { restApiId: 'api', stageName: 'prod' },
      },
    ]);
  });
});
