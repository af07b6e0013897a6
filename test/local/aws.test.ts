import { request } from 'node:http';
import { APIGatewayClient, FlushStageAuthorizersCacheCommand } from '@aws-sdk/client-api-gateway';
import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { echo, type FixtureApp } from './support/fixture-app.ts';
import { newGate } from './support/gate.ts';
import { type Served, serve } from './support/serve.ts';

const gate = newGate();

const app: FixtureApp = {
  functions: {
    Auth: `let calls = 0;
      export const handler = async ({ headers }) => ({
        principalId: headers['X-Token'],
        context: { calls: ++calls, who: process.env.WHO ?? 'nobody' },
        policyDocument: { Version: '2012-10-17', Statement: [
          { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' } ] },
      });`,
    Echo: echo,
    Slow: {
      code: `export const handler = async ({ queryStringParameters }) => {
        if (queryStringParameters?.wait) ${gate.wait}
        return { statusCode: 200, body: process.env.WHO ?? 'nobody' };
      };`,
      properties: { Timeout: 3, MemorySize: 256, Environment: { Variables: { A: 'a' } } },
    },
    Fails: 'export const handler = async () => { throw new RangeError("text") };',
  },
  methods: [
    { route: 'GET /who', calls: 'Echo' },
    { route: 'GET /slow', calls: 'Slow', open: true },
  ],
  resources: {
    Full: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'full', SecretString: 'a' } },
    ...Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [
        `Empty${index}`,
        {
          Type: 'AWS::SecretsManager::Secret',
          Properties: { Name: `empty${index}`, Tags: [{ Key: 'k', Value: 'v' }] },
        },
      ]),
    ),
  },
  outputs: {
    Plain: { Value: { Ref: 'Slow' }, Description: 'a & b < c' },
    Bare: { Value: 'x' },
  },
};

let api: Served;
let secrets: SecretsManagerClient;
let lambda: LambdaClient;
let gateway: APIGatewayClient;
let cloudFormation: CloudFormationClient;

beforeAll(async () => {
  api = await serve(app);
  const { endpoint, credentials } = api;
  const options = { endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 };
  secrets = new SecretsManagerClient(options);
  lambda = new LambdaClient(options);
  gateway = new APIGatewayClient(options);
  cloudFormation = new CloudFormationClient(options);
});

describe('Secrets Manager', () => {
  let count = 0;
  let SecretId: string;
  beforeEach(() => {
    SecretId = `empty${count++}`;
  });

  const id = (name: string) => name.padEnd(32, '-');
  const put = (name: string, value: string, ...VersionStages: string[]) =>
    secrets.send(
      new PutSecretValueCommand({
        SecretId,
        ClientRequestToken: id(name),
        SecretString: value,
        ...(VersionStages.length > 0 && { VersionStages }),
      }),
    );
  const move = (VersionStage: string, from?: string, to?: string) =>
    secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage,
        ...(from !== undefined && { RemoveFromVersionId: id(from) }),
        ...(to !== undefined && { MoveToVersionId: id(to) }),
      }),
    );
  const describeSecret = () => secrets.send(new DescribeSecretCommand({ SecretId }));
  const labels = async () => {
    const { VersionIdsToStages = {} } = await describeSecret();
    return Object.fromEntries(
      Object.entries(VersionIdsToStages).map(([key, stages]) => [
        key.replace(/-+$/, ''),
        stages.toSorted(),
      ]),
    );
  };
  const read = (choice: { VersionId?: string; VersionStage?: string } = {}) =>
    secrets.send(new GetSecretValueCommand({ SecretId, ...choice }));

  test('has no version of a secret that was made without a value', async () => {
    expect(await describeSecret()).toMatchObject({
      Name: SecretId,
      ARN: expect.stringMatching(/:secret:empty\d+-\w{6}$/),
      Tags: [{ Key: 'k', Value: 'v' }],
      VersionIdsToStages: {},
    });
    await expect(read()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('staging label: AWSCURRENT'),
    });
  });

  test.each([
    ['its name', (name: string) => name],
    ['its ARN', (_: string, arn: string) => arn],
    ['its ARN without the random part', (_: string, arn: string) => arn.slice(0, -7)],
  ])('finds a secret by %s', async (_, idOf) => {
    const { ARN = '' } = await secrets.send(new DescribeSecretCommand({ SecretId: 'full' }));
    SecretId = idOf('full', ARN);
    expect(await read()).toMatchObject({
      ARN,
      Name: 'full',
      SecretString: 'a',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: expect.any(Date),
    });
  });

  test('gives the first version the label AWSCURRENT, whatever it was written with', async () => {
    expect(await put('a', '1', 'AWSPENDING')).toMatchObject({
      VersionId: id('a'),
      VersionStages: ['AWSPENDING', 'AWSCURRENT'],
    });
    expect(await labels()).toEqual({ a: ['AWSCURRENT', 'AWSPENDING'] });
    const { CreatedDate, LastChangedDate } = await describeSecret();
    expect(CreatedDate).toBeInstanceOf(Date);
    expect(LastChangedDate).toEqual(CreatedDate);
  });

  test('makes a new value the current one, and the old one the previous one', async () => {
    for (const name of ['a', 'b', 'c']) await put(name, name);
    expect(await labels()).toEqual({ b: ['AWSPREVIOUS'], c: ['AWSCURRENT'] });
    expect((await read()).SecretString).toBe('c');
    expect((await read({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('b');
    expect((await read({ VersionId: id('a') })).SecretString).toBe('a');
    await expect(read({ VersionId: id('a'), VersionStage: 'AWSCURRENT' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  test('makes up the id of a version that is written without one', async () => {
    const { VersionId } = await secrets.send(
      new PutSecretValueCommand({ SecretId, SecretString: 'x' }),
    );
    expect((await read()).VersionId).toBe(VersionId);
  });

  test('takes the same version again, but not with another value', async () => {
    await put('a', '1');
    await put('b', '2', 'AWSPENDING');
    await put('b', '2', 'AWSPENDING');
    await move('AWSPENDING', 'b');
    // A repeat is ignored: it does not bring a label back.
    await put('b', '2', 'AWSPENDING');
    await move('AWSPENDING', undefined, 'b');
    await expect(put('b', '3', 'AWSPENDING')).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
    expect(await labels()).toEqual({ a: ['AWSCURRENT'], b: ['AWSPENDING'] });
  });

  test('moves AWSCURRENT, and AWSPREVIOUS after it, as the end of a rotation', async () => {
    await put('a', '1');
    await put('b', '2', 'AWSPENDING');
    await move('AWSCURRENT', 'a', 'b');
    expect(await labels()).toEqual({ a: ['AWSPREVIOUS'], b: ['AWSCURRENT', 'AWSPENDING'] });
    await move('AWSPENDING', 'b');
    await move('AWSPENDING');
    await move('MINE', undefined, 'a');
    expect(await labels()).toEqual({ a: ['AWSPREVIOUS', 'MINE'], b: ['AWSCURRENT'] });
  });

  test.each<[string, Parameters<typeof move>, string]>([
    ['from where it is not', ['AWSCURRENT', 'b', 'a'], 'InvalidParameterException'],
    ['without saying from where', ['AWSCURRENT', undefined, 'b'], 'InvalidParameterException'],
    ['to nowhere, if it is AWSCURRENT', ['AWSCURRENT', 'a'], 'InvalidParameterException'],
    ['to no version', ['AWSCURRENT', 'a', 'z'], 'ResourceNotFoundException'],
  ])('does not move a label %s', async (_, args, name) => {
    await put('a', '1');
    await put('b', '2', 'AWSPENDING');
    await expect(move(...args)).rejects.toMatchObject({ name });
    expect(await labels()).toEqual({ a: ['AWSCURRENT'], b: ['AWSPENDING'] });
  });

  test('does not know other secrets or operations', async () => {
    SecretId = 'none';
    await expect(read()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(secrets.send(new ListSecretsCommand())).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'The local gateway has no secretsmanager.ListSecrets.',
    });
  });
});

describe('Lambda', () => {
  const FunctionName = 'Fixture-Slow';
  const configuration = () => lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const update = (RevisionId: string | undefined, Variables?: Record<string, string>) =>
    lambda.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName,
        RevisionId,
        ...(Variables && { Environment: { Variables } }),
      }),
    );

  test('tells what a function is', async () => {
    const { FunctionArn = '' } = await configuration();
    const command = new GetFunctionConfigurationCommand({ FunctionName: FunctionArn });
    expect(await lambda.send(command)).toMatchObject({
      FunctionName,
      FunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:Fixture-Slow',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 3,
      MemorySize: 256,
      Environment: { Variables: { A: 'a' } },
      RevisionId: expect.any(String),
      LastUpdateStatus: 'Successful',
    });
  });

  test('replaces an environment at the revision that was read, and no other', async () => {
    const { RevisionId } = await configuration();
    const updated = await update(RevisionId, { WHO: 'me' });
    expect(updated.Environment).toEqual({ Variables: { WHO: 'me' } });
    expect(updated.RevisionId).not.toBe(RevisionId);
    await expect(update(RevisionId, {})).rejects.toMatchObject({
      name: 'PreconditionFailedException',
    });
    expect((await update(undefined)).Environment).toEqual({ Variables: { WHO: 'me' } });
  });

  test('lets calls end as they began, and runs the next ones with the new environment', async () => {
    await update(undefined, { WHO: 'old' });
    expect((await api.call('/slow')).text).toBe('old');
    const running = [api.call('/slow?wait=1'), api.call('/slow?wait=1')];
    await gate.reached(2, api.output);
    await update(undefined, { WHO: 'new' });
    expect((await api.call('/slow')).text).toBe('new');
    gate.open();
    expect((await Promise.all(running)).map(({ text }) => text)).toEqual(['old', 'old']);
    const after = await Promise.all([api.call('/slow'), api.call('/slow'), api.call('/slow')]);
    expect(after.map(({ text }) => text)).toEqual(['new', 'new', 'new']);
  });

  test('refuses an environment over 4 KB', async () => {
    await expect(update(undefined, { A: 'x'.repeat(4089) })).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  const call = async (name: string, payload?: object) => {
    const { FunctionError, Payload = new Uint8Array() } = await lambda.send(
      new InvokeCommand({
        FunctionName: name,
        ...(payload && { Payload: JSON.stringify(payload) }),
      }),
    );
    return [FunctionError, JSON.parse(Buffer.from(Payload).toString())];
  };

  test('calls a function', async () => {
    expect(await call('Fixture-Echo', { a: 1 })).toEqual([
      undefined,
      { statusCode: 200, body: '{"a":1}' },
    ]);
    expect(await call('Fixture-Echo')).toEqual([undefined, { statusCode: 200, body: '{}' }]);
    expect(await call('Fixture-Fails')).toEqual([
      'Unhandled',
      { errorType: 'RangeError', errorMessage: 'text' },
    ]);
    await expect(call('none')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Function not found: none',
    });
  });
});

describe('API Gateway', () => {
  const flush = (restApiId: string, stageName = 'prod') =>
    gateway.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName }));

  test("forgets a stage's authorizer results", async () => {
    const calls = async () => {
      const { json } = await api.call('/who', { headers: { 'X-Token': 'a' } });
      return json.requestContext.authorizer.calls as string;
    };
    const restApiId = (await api.call('/who', { headers: { 'X-Token': 'a' } })).json.requestContext
      .apiId;
    expect([await calls(), await calls()]).toEqual(['1', '1']);
    await flush(restApiId);
    expect([await calls(), await calls()]).toEqual(['2', '2']);
    await expect(flush(restApiId, 'other')).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(flush('other')).rejects.toMatchObject({ name: 'NotFoundException' });
  });
});

describe('CloudFormation', () => {
  test('describes the stack with its outputs', async () => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({}));
    expect(Stacks).toEqual([
      {
        StackId: 'arn:aws:cloudformation:eu-west-1:000000000000:stack/Fixture/local',
        StackName: 'Fixture',
        CreationTime: expect.any(Date),
        StackStatus: 'CREATE_COMPLETE',
        Outputs: [
          { OutputKey: 'Plain', OutputValue: 'Fixture-Slow', Description: 'a & b < c' },
          expect.objectContaining({ OutputKey: 'Bare', OutputValue: 'x' }),
        ],
      },
    ]);
    const StackName = Stacks?.[0]?.StackId;
    expect((await cloudFormation.send(new DescribeStacksCommand({ StackName }))).Stacks).toEqual(
      Stacks,
    );
  });

  test('knows no other stack or action', async () => {
    await expect(
      cloudFormation.send(new DescribeStacksCommand({ StackName: 'other' })),
    ).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Stack with id other does not exist',
    });
    await expect(cloudFormation.send(new ListStacksCommand())).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });
});

describe('the endpoint', () => {
  let authorization: string;
  beforeAll(() => {
    authorization = `AWS4-HMAC-SHA256 Credential=${api.credentials.accessKeyId}/20261010/eu-west-1/x/aws4_request`;
  });

  function send(
    headers: Record<string, string>,
    { method = 'POST', body = '{}', path = '/' } = {},
  ): Promise<{ status: number | undefined; json: unknown }> {
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number | undefined;
      json: unknown;
    }>();
    const outgoing = request(`${api.endpoint}${path}`, { method, headers }, async (incoming) => {
      let text = '';
      for await (const chunk of incoming) text += String(chunk);
      resolve({ status: incoming.statusCode, json: JSON.parse(text) });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise;
  }

  const target = { 'x-amz-target': 'secretsmanager.DescribeSecret' };

  test('does not answer an unsigned PUT that is no custom resource’s answer', async () => {
    for (const headers of [target, { ...target, authorization: '' }]) {
      expect(await send(headers, { method: 'PUT' })).toMatchObject({ status: 403 });
    }
  });

  test.each([
    ['no JSON', '{'],
    ['no JSON object', '[]'],
  ])('refuses a body that is %s', async (_, body) => {
    expect(await send({ ...target, authorization }, { body })).toMatchObject({
      status: 400,
      json: { __type: 'SerializationException' },
    });
  });

  test('refuses what has no secret, or is too large, or is meant for another service', async () => {
    const headers = { ...target, authorization };
    expect(await send(headers)).toMatchObject({
      status: 400,
      json: { __type: 'InvalidParameterException' },
    });
    expect(await send(headers, { body: ' '.repeat(17 * 1024 * 1024) })).toMatchObject({
      status: 413,
    });
    expect(
      await send({ authorization }, { path: '/bucket/key?x=1', method: 'GET', body: '' }),
    ).toMatchObject({
      status: 501,
      json: { message: 'The local gateway has no GET /bucket/key.' },
    });
    expect(await send({}, { path: '/custom-resource-answers/x', method: 'PUT' })).toMatchObject({
      status: 501,
    });
  });

  test('says that the fault is its own when something unforeseen happens', async () => {
    const path = '/2015-03-31/functions/%/configuration';
    expect(await send({ authorization }, { path })).toMatchObject({
      status: 500,
      json: { __type: 'InternalFailure', message: 'URI malformed' },
    });
  });
});
