import { NotFoundException } from '@aws-sdk/client-api-gateway';
import { NotFoundException as HttpNotFoundException } from '@aws-sdk/client-apigatewayv2';
import { PreconditionFailedException, ResourceConflictException } from '@aws-sdk/client-lambda';
import {
  InternalServiceError,
  InvalidParameterException,
  ResourceExistsException,
  ResourceNotFoundException,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { parseStageArns, serializeStageArns } from '../../../lambda/contract/wiring/issuer.ts';
import { awsAuthorizer } from '../../../lambda/issuer/aws-authorizer.ts';
import { awsResultCache } from '../../../lambda/issuer/aws-result-cache.ts';
import { awsSecrets } from '../../../lambda/issuer/aws-secrets.ts';
import { issuerVariable } from '../../../lambda/issuer/entry/issuer-variable.ts';
import {
  LabelMovedError,
  StaleRevisionError,
  VersionExistsError,
} from '../../../lambda/issuer/ports.ts';

interface Sent {
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A client of the SDK that answers from a list, and keeps what it was sent. */
function client(...answers: unknown[]) {
  const sent: Sent[] = [];
  const send = async (command: { readonly input: Sent['input'] }) => {
    sent.push({ command: command.constructor.name, input: command.input });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { sent, client: { send } as never };
}

const stages = parseStageArns(
  serializeStageArns(['prod', 'beta'].map((name) => `arn:aws:execute-api:r:1:api/${name}/`)),
  undefined,
);
const httpStages = parseStageArns(undefined, 'arn:aws:execute-api:r:1:http/$default/');

const fault = { message: 'x', $metadata: {} };

describe('Secrets Manager', () => {
  test('tells the labels of a secret', async () => {
    const { client: sdk } = client(
      { VersionIdsToStages: { v1: ['AWSCURRENT', 'AWSPREVIOUS'], v2: ['AWSPENDING'] } },
      {},
    );
    const secrets = awsSecrets(sdk);
    expect(await secrets.describe('s')).toEqual({ currentVersion: 'v1', pendingVersion: 'v2' });
    expect(await secrets.describe('s')).toEqual({});
  });

  test('does not tell tags, which more people may write than may read a secret', async () => {
    const Tags = [{ Key: 'api-token:client', Value: 'ae-plugin' }];
    const { client: sdk } = client({ VersionIdsToStages: { v1: ['AWSCURRENT'] }, Tags });
    expect(await awsSecrets(sdk).describe('s')).toEqual({ currentVersion: 'v1' });
  });

  test('reads a version, which may not be there', async () => {
    const { client: sdk, sent } = client(
      { SecretString: 'value' },
      new ResourceNotFoundException(fault),
      new Error('other'),
    );
    const secrets = awsSecrets(sdk);
    expect(await secrets.read('s', 'v')).toBe('value');
    expect(await secrets.read('s', 'v')).toBeUndefined();
    await expect(secrets.read('s', 'v')).rejects.toThrow('other');
    expect(sent[0]?.input).toEqual({ SecretId: 's', VersionId: 'v' });
  });

  test('writes a version once', async () => {
    const { client: sdk, sent } = client(
      {},
      new ResourceExistsException(fault),
      new Error('other'),
    );
    const secrets = awsSecrets(sdk);
    await secrets.write('s', 'v', 'value', 'AWSPENDING');
    expect(sent[0]?.input).toEqual({
      SecretId: 's',
      ClientRequestToken: 'v',
      SecretString: 'value',
      VersionStages: ['AWSPENDING'],
    });
    const again = secrets.write('s', 'v', 'value', 'AWSPENDING');
    await expect(again).rejects.toBeInstanceOf(VersionExistsError);
    await expect(secrets.write('s', 'v', 'value', 'AWSPENDING')).rejects.toThrow('other');
  });

  test('moves labels', async () => {
    const { client: sdk, sent } = client({}, {}, {});
    const secrets = awsSecrets(sdk);
    await secrets.makeCurrent('s', 'v2', 'v1');
    await secrets.makeCurrent('s', 'v2', undefined);
    await secrets.abandon('s', 'v2');
    expect(sent.map(({ input }) => input)).toEqual([
      {
        SecretId: 's',
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: 'v2',
        RemoveFromVersionId: 'v1',
      },
      { SecretId: 's', VersionStage: 'AWSCURRENT', MoveToVersionId: 'v2' },
      { SecretId: 's', VersionStage: 'AWSPENDING', RemoveFromVersionId: 'v2' },
    ]);
  });
});

describe('a label that was moved meanwhile', () => {
  test.each([
    ['to another version', new InvalidParameterException(fault), LabelMovedError],
    ['with its version', new ResourceNotFoundException(fault), LabelMovedError],
    ['is told from other faults', new InternalServiceError(fault), InternalServiceError],
  ])('%s', async (_, error, expected) => {
    const { client: sdk } = client(error, error);
    const secrets = awsSecrets(sdk);
    await expect(secrets.makeCurrent('s', 'v2', 'v1')).rejects.toBeInstanceOf(expected);
    await expect(secrets.abandon('s', 'v2')).rejects.toBeInstanceOf(expected);
  });

  test('is named', async () => {
    const moved = new InvalidParameterException(fault);
    const { client: sdk } = client(moved, moved);
    const secrets = awsSecrets(sdk);
    await expect(secrets.makeCurrent('s', 'v2', 'v1')).rejects.toThrow(
      'AWSCURRENT was moved meanwhile',
    );
    await expect(secrets.abandon('s', 'v2')).rejects.toThrow('AWSPENDING was moved meanwhile');
  });
});

test.each([
  ['VersionExistsError', VersionExistsError],
  ['LabelMovedError', LabelMovedError],
  ['StaleRevisionError', StaleRevisionError],
])('a log shows %s under its name', (name, Fault) => {
  expect(String(new Fault('x'))).toBe(`${name}: x`);
});

describe('the authorizer function', () => {
  const authorizer = (sdk: never) => awsAuthorizer(sdk, 'function', 'X-API-Token', stages);
  const environment = { variables: { A: '1' }, revisionId: 'r1' };

  test('tells its environment', async () => {
    const { client: sdk } = client(
      { Environment: { Variables: { A: '1' } }, RevisionId: 'r1' },
      { RevisionId: 'r2' },
    );
    expect(await authorizer(sdk).environment()).toEqual(environment);
    expect(await authorizer(sdk).environment()).toEqual({ variables: {}, revisionId: 'r2' });
  });

  test.each([
    [
      'an environment that Lambda cannot decrypt',
      {
        Environment: { Error: { ErrorCode: 'AccessDeniedException', Message: 'kms' } },
        RevisionId: 'r',
      },
      "the authorizer's environment cannot be read (AccessDeniedException): look at its KMS key",
    ],
    [
      'an environment without variables',
      { Environment: {}, RevisionId: 'r' },
      "the authorizer's environment cannot be read (no variables): look at its KMS key",
    ],
    [
      'variables beside an error',
      { Environment: { Variables: {}, Error: { ErrorCode: 'X' } }, RevisionId: 'r' },
      "the authorizer's environment cannot be read (X): look at its KMS key",
    ],
    [
      'no revision',
      { Environment: { Variables: {} } },
      "the authorizer's configuration has no revision",
    ],
  ])('does not take %s for an empty one', async (_, answer, message) => {
    const { client: sdk } = client(answer);
    await expect(authorizer(sdk).environment()).rejects.toThrow(new Error(message));
  });

  test('takes a new environment at its revision, and is waited for', async () => {
    const { client: sdk, sent } = client(
      {},
      { LastUpdateStatus: 'InProgress' },
      { LastUpdateStatus: 'Successful' },
    );
    await authorizer(sdk).updateEnvironment(environment);
    expect(sent.map(({ command }) => command)).toEqual([
      'UpdateFunctionConfigurationCommand',
      'GetFunctionConfigurationCommand',
      'GetFunctionConfigurationCommand',
    ]);
    expect(sent[0]?.input).toEqual({
      FunctionName: 'function',
      Environment: { Variables: { A: '1' } },
      RevisionId: 'r1',
    });
  });

  test('says when it failed to take it', async () => {
    const { client: sdk } = client({}, { LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'x' });
    await expect(authorizer(sdk).updateEnvironment(environment)).rejects.toThrow(
      "the authorizer's update failed: x",
    );
  });

  test.each([
    ['has changed', new PreconditionFailedException(fault)],
    ['is changing', new ResourceConflictException(fault)],
  ])('says when it %s', async (_, error) => {
    const { client: sdk } = client(error);
    const update = authorizer(sdk).updateEnvironment(environment);
    await expect(update).rejects.toThrow(new StaleRevisionError(error.name));
    await expect(update).rejects.toBeInstanceOf(StaleRevisionError);
  });

  test('says what else went wrong', async () => {
    const { client: sdk } = client(new Error('other'));
    await expect(authorizer(sdk).updateEnvironment(environment)).rejects.toThrow('other');
  });

  test('answers to a token on every stage as it does to API Gateway', async () => {
    const payload = (value: unknown) => Buffer.from(JSON.stringify(value));
    const { client: sdk, sent } = client(
      { Payload: payload({ principalId: 'bravo' }) },
      { FunctionError: 'Unhandled', Payload: payload({ errorMessage: 'Unauthorized' }) },
      {},
      {},
    );
    const asked = authorizer(sdk);
    expect(await asked.authorize('token')).toEqual([{ principalId: 'bravo' }, undefined]);
    expect(await asked.authorize('token')).toEqual([undefined, undefined]);
    expect(sent).toHaveLength(4);
    for (const { command, input } of sent) {
      expect([command, input.FunctionName]).toEqual(['InvokeCommand', 'function']);
    }
    expect(sent.slice(0, 2).map(({ input }) => JSON.parse(String(input.Payload)))).toEqual(
      ['prod', 'beta'].map((stage) => ({
        type: 'REQUEST',
        methodArn: `arn:aws:execute-api:r:1:api/${stage}/GET/`,
        httpMethod: 'GET',
        resource: '/',
        path: '/',
        headers: { 'X-API-Token': 'token' },
        multiValueHeaders: { 'X-API-Token': ['token'] },
        requestContext: {
          requestId: 'rotation-test',
          apiId: 'api',
          stage,
          identity: { sourceIp: '127.0.0.1' },
        },
      })),
    );
  });
});

test('the authorizer is asked as by an HTTP API, from an address from which the client may call', async () => {
  const { client: sdk, sent } = client({});
  const asked = awsAuthorizer(sdk, 'function', 'X-API-Token', httpStages);
  await asked.authorize('token', '203.0.113.0');
  expect(JSON.parse(String(sent[0]?.input.Payload))).toEqual({
    version: '2.0',
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:r:1:http/$default/GET/',
    routeKey: 'GET /',
    rawPath: '/',
    headers: { 'x-api-token': 'token' },
    requestContext: {
      requestId: 'rotation-test',
      apiId: 'http',
      stage: '$default',
      http: { method: 'GET', path: '/', sourceIp: '203.0.113.0' },
    },
  });
});

test('the results of every stage are flushed, and a stage that is not there yet has none', async () => {
  const rest = client(new NotFoundException(fault), {}, new Error('other'));
  const http = client(new HttpNotFoundException(fault), new Error('another'));
  const clients = { restApis: rest.client, httpApis: http.client };
  const cache = awsResultCache(clients, [...stages, ...httpStages]);
  await cache.flush();
  await expect(cache.flush()).rejects.toThrow('other');
  await expect(awsResultCache(clients, httpStages).flush()).rejects.toThrow('another');
  expect(rest.sent.slice(0, 2)).toEqual(
    ['prod', 'beta'].map((stageName) => ({
      command: 'FlushStageAuthorizersCacheCommand',
      input: { restApiId: 'api', stageName },
    })),
  );
  expect(http.sent[0]).toEqual({
    command: 'ResetAuthorizersCacheCommand',
    input: { ApiId: 'http', StageName: '$default' },
  });
});

test('a variable of the issuer must be there', () => {
  expect(() => issuerVariable('prefix')).toThrow('TOKEN_PREFIX is missing or empty');
  process.env.TOKEN_PREFIX = 'atk';
  try {
    expect(issuerVariable('prefix')).toBe('atk');
  } finally {
    delete process.env.TOKEN_PREFIX;
  }
});
