import { describe, expect, jest, test } from '@jest/globals';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { parseTokenSecret } from '../../../lambda/contract/token/token-secret.ts';
import { parseIssuerOperation } from '../../../lambda/contract/wiring/issuer.ts';
import { answerCustomResource } from '../../../lambda/issuer/custom-resource.ts';
import { rotationSteps } from '../../../lambda/issuer/rotation.ts';
import {
  createRotationFunction,
  type RotationEvent,
} from '../../../lambda/issuer/rotation-function.ts';
import { syncEnvironment } from '../../../lambda/issuer/sync-environment.ts';
import { FakeAws, SECRETS } from '../../support/fake-aws.ts';
import { logRecorder } from '../../support/log-recorder.ts';

const VERSION = 'a'.repeat(36);

const customResource = (overrides: object = {}) =>
  ({
    RequestType: 'Create',
    RequestId: 'request-1',
    StackId: 'stack-1',
    LogicalResourceId: 'Environment',
    ResourceType: 'Custom::ApiTokenEnvironment',
    ResponseURL: 'https://cloudformation.example/answer',
    ServiceToken: 'arn',
    ResourceProperties: { ServiceToken: 'arn' },
    ...overrides,
  }) as CloudFormationCustomResourceEvent;

async function deployed() {
  const aws = new FakeAws();
  aws.addSecret(SECRETS.bravo, 'bravo', 'API_TOKEN_BRAVO');
  await aws.issueFirst(SECRETS.bravo);
  await syncEnvironment(aws, [SECRETS.bravo]);
  const answers: { url: string; body: Record<string, unknown> }[] = [];
  const rotate = createRotationFunction(aws, 60, async (url, body) => {
    answers.push({ url, body: JSON.parse(body) as Record<string, unknown> });
  });
  const token = () =>
    parseTokenSecret(aws.labelled(SECRETS.bravo, 'AWSCURRENT') ?? '')?.token ?? '';
  return { aws, rotate, answers, token };
}

describe('the rotation function', () => {
  test('takes the four steps from Secrets Manager', async () => {
    const { aws, rotate, token } = await deployed();
    const old = token();
    for (const Step of rotationSteps) {
      await rotate({ Step, SecretId: SECRETS.bravo, ClientRequestToken: VERSION });
    }
    expect(token()).not.toBe(old);
    for (const each of [old, token()]) expect(await aws.clientOf(each)).toBe('bravo');
  });

  test('makes no token current that only some stages allow', async () => {
    const { aws, rotate, token } = await deployed();
    const old = token();
    const authorize = aws.authorizer.authorize.bind(aws.authorizer);
    aws.authorizer.authorize = async (each) => [...(await authorize(each)), undefined];
    const request = { operation: 'rotate', secretId: SECRETS.bravo, versionId: VERSION };
    await expect(rotate(request)).rejects.toThrow('does not allow the new token of client bravo');
    expect(token()).toBe(old);
  });

  test('refuses a step that there is not', async () => {
    const { rotate } = await deployed();
    const event = { Step: 'other', SecretId: SECRETS.bravo, ClientRequestToken: VERSION };
    await expect(rotate(event)).rejects.toThrow('unknown rotation step');
  });

  test('compares environment and secrets for CloudFormation', async () => {
    const { aws, rotate, answers, token } = await deployed();
    aws.environment = { variables: {}, revisionId: 'deployed' };
    await rotate(customResource());
    expect(answers).toEqual([
      {
        url: 'https://cloudformation.example/answer',
        body: {
          Status: 'SUCCESS',
          PhysicalResourceId: 'Environment',
          StackId: 'stack-1',
          RequestId: 'request-1',
          LogicalResourceId: 'Environment',
        },
      },
    ]);
    expect(await aws.clientOf(token())).toBe('bravo');
  });

  test('lets a deployment go on whose secrets cannot be read, and fails for its alarm', async () => {
    const { aws, rotate, answers } = await deployed();
    aws.addSecret(SECRETS.plugin, 'ae-plugin', 'API_TOKEN_PLUGIN');
    await aws.issueFirst(SECRETS.plugin);
    await aws.overwrite(SECRETS.bravo, 'REVOKED');
    const before = aws.environment.variables.API_TOKEN_BRAVO;
    // CloudFormation repeats the request when it rolls back.
    for (const RequestType of ['Create', 'Update', 'Update'] as const) {
      await expect(rotate(customResource({ RequestType }))).rejects.toThrow(
        new Error(
          "not synchronised: client bravo: Error: the current value of secret secret-of-bravo is not the issuer's",
        ),
      );
      expect(answers.pop()?.body).toMatchObject({ Status: 'SUCCESS' });
    }
    expect(aws.environment.variables.API_TOKEN_BRAVO).toBe(before);
    expect(aws.environment.variables.API_TOKEN_PLUGIN).toMatch(/^sha256:/);
  });

  test('names every client whose secret cannot be read', async () => {
    const { aws, rotate } = await deployed();
    aws.addSecret(SECRETS.plugin, 'ae-plugin', 'API_TOKEN_PLUGIN');
    for (const id of Object.values(SECRETS)) await aws.overwrite(id, 'REVOKED');
    const fault = (client: string) =>
      `client ${client}: Error: the current value of secret secret-of-${client} is not the issuer's`;
    await expect(rotate(customResource())).rejects.toThrow(
      new Error(`not synchronised: ${fault('bravo')}; ${fault('ae-plugin')}`),
    );
  });

  test('fails a deployment whose authorizer cannot be read, and writes nothing', async () => {
    const { aws, rotate, answers } = await deployed();
    const { environment } = aws;
    aws.authorizer.environment = async () => {
      throw new Error("the authorizer's environment cannot be read");
    };
    await rotate(customResource());
    expect(answers[0]?.body).toMatchObject({
      Status: 'FAILED',
      Reason: "Error: the authorizer's environment cannot be read",
    });
    expect(aws.environment).toBe(environment);
  });

  test('takes back a token that the authorizer does not allow, and says so', async () => {
    const { aws, rotate, token } = await deployed();
    const old = token();
    const authorize = aws.authorizer.authorize.bind(aws.authorizer);
    aws.authorizer.authorize = async () => [undefined];
    const request = { operation: 'rotate', secretId: SECRETS.bravo, versionId: VERSION };
    await expect(rotate(request)).rejects.toThrow('does not allow the new token of client bravo');
    expect(aws.labelled(SECRETS.bravo, 'AWSPENDING')).toBeUndefined();
    const issued = aws.secretsById.get(SECRETS.bravo)?.versions.get(VERSION);
    expect(await aws.clientOf(parseTokenSecret(issued ?? '')?.token ?? '')).toBeNull();
    expect(await aws.clientOf(old)).toBe('bravo');
    aws.authorizer.authorize = authorize;
    await expect(rotate(request)).rejects.toThrow('given up before: start a new one');
    await rotate({ ...request, versionId: 'b'.repeat(36) });
    expect(await aws.clientOf(token())).toBe('bravo');
  });

  test.each([
    ['with its own overlap', { overlapSeconds: 3_600 }, 3_600],
    ['with the overlap of the stack', {}, 60],
  ])('rotates for an operator, %s', async (_, overlap, seconds) => {
    const { aws, rotate, token } = await deployed();
    const old = token();
    await rotate({ operation: 'rotate', secretId: SECRETS.bravo, versionId: VERSION, ...overlap });
    aws.time += seconds * 1_000 - 1;
    expect(await aws.clientOf(old)).toBe('bravo');
    aws.time += seconds * 200;
    expect(await aws.clientOf(old)).toBeNull();
    expect(await aws.clientOf(token())).toBe('bravo');
  });

  test('answers an operator’s repeated request like the first one', async () => {
    const { aws, rotate, token } = await deployed();
    const request = { operation: 'rotate', secretId: SECRETS.bravo, versionId: VERSION };
    await rotate(request);
    const issued = token();
    await rotate(request);
    expect(token()).toBe(issued);
    expect(aws.labelled(SECRETS.bravo, 'AWSPENDING')).toBeUndefined();
  });

  test('revokes for an operator', async () => {
    const { aws, rotate, token } = await deployed();
    const old = token();
    await rotate({
      operation: 'revoke',
      secretId: SECRETS.bravo,
      versionId: VERSION,
      tokens: 'all',
    });
    expect(await aws.clientOf(old)).toBeNull();
  });

  test('tells nobody a token: not in its answers, its log or its errors', async () => {
    const { aws, rotate, answers, token } = await deployed();
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const seen = new Set([token()]);
    const said: unknown[] = [];
    try {
      const operation = { operation: 'rotate', secretId: SECRETS.bravo };
      const all: RotationEvent[] = [
        { ...operation, versionId: VERSION },
        customResource(),
        { ...operation, secretId: 'no-such-secret', versionId: VERSION },
        { Step: 'finishSecret', SecretId: SECRETS.bravo, ClientRequestToken: 'b'.repeat(36) },
        {
          operation: 'revoke',
          secretId: SECRETS.bravo,
          versionId: 'c'.repeat(36),
          tokens: 'previous',
        },
        { ...operation, versionId: 'd'.repeat(36) },
      ];
      for (const event of all) {
        said.push(await rotate(event).catch((error: Error) => [error.message, error.stack]));
        seen.add(token());
      }
      // The authorizer knows nothing of the new token: the message must not show it.
      aws.authorizer.authorize = async () => [undefined];
      said.push(
        await rotate({ ...operation, versionId: 'e'.repeat(36) }).catch(
          (error: Error) => error.message,
        ),
      );
      const given = aws.secretsById.get(SECRETS.bravo)?.versions.get('e'.repeat(36)) ?? '';
      seen.add(parseTokenSecret(given)?.token ?? '');
      const output = JSON.stringify([said, answers, write.mock.calls]);
      expect(output).toContain('does not allow the new token of client bravo');
      expect(output).toContain('secret no-such-secret is not a client');
      expect(seen.size).toBeGreaterThan(3);
      expect(seen).not.toContain('');
      for (const each of seen) expect(output).not.toContain(each);
    } finally {
      write.mockRestore();
    }
  });

  test.each([
    ['nothing', {}, 'secretId is missing'],
    ['no version', { secretId: 's' }, 'versionId must have 32 to 64 characters'],
    ['no operation', { secretId: 's', versionId: VERSION }, 'operation must be rotate or revoke'],
    [
      'an overlap of 31 days',
      { operation: 'rotate', secretId: 's', versionId: VERSION, overlapSeconds: 31 * 86_400 },
      'overlapSeconds must be a whole number from 0 to 2592000',
    ],
    [
      'no tokens to revoke',
      { operation: 'revoke', secretId: 's', versionId: VERSION },
      'tokens must be previous or all',
    ],
  ])('refuses an operation with %s', async (_, event, message) => {
    const { rotate } = await deployed();
    await expect(rotate(event)).rejects.toThrow(new TypeError(message));
    expect(() => parseIssuerOperation(event)).toThrow(message);
  });
});

describe('a custom resource', () => {
  const answer = async (event: CloudFormationCustomResourceEvent, work: () => Promise<void>) => {
    const bodies: Record<string, unknown>[] = [];
    const { log, lines } = logRecorder();
    const send = async (_: string, body: string) => {
      bodies.push(JSON.parse(body) as Record<string, unknown>);
    };
    await answerCustomResource(event, work, send, log);
    return { body: bodies[0], lines };
  };

  test('that fails says so to CloudFormation, which would wait for an hour', async () => {
    const { body, lines } = await answer(customResource(), async () => {
      throw new TypeError('it went wrong');
    });
    expect(body).toMatchObject({ Status: 'FAILED', Reason: 'TypeError: it went wrong' });
    expect(lines).toEqual([
      {
        level: 'ERROR',
        event: 'fault',
        reason: 'TypeError: it went wrong',
        requestId: 'request-1',
      },
    ]);
  });

  test('that is deleted has nothing to do, and keeps its id', async () => {
    const event = customResource({ RequestType: 'Delete', PhysicalResourceId: 'physical-1' });
    const { body } = await answer(event, async () => {
      throw new Error('must not run');
    });
    expect(body).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'physical-1' });
  });
});

describe('an id that another operation has used', () => {
  const revocation = (tokens: 'all' | 'previous') => ({
    operation: 'revoke',
    secretId: SECRETS.bravo,
    versionId: VERSION,
    tokens,
  });
  const rotation = { operation: 'rotate', secretId: SECRETS.bravo, versionId: VERSION };
  const step = { Step: 'createSecret', SecretId: SECRETS.bravo, ClientRequestToken: VERSION };

  test.each<[string, RotationEvent[], RotationEvent]>([
    ['revokes nothing, and says so: of a rotation under way', [step], revocation('all')],
    ['revokes nothing, and says so: of a rotation that has ended', [rotation], revocation('all')],
    ['revokes nothing, and says so: of the current overlap', [rotation], revocation('previous')],
    ['ends no overlap, and says so', [rotation], { ...rotation, overlapSeconds: 0 }],
    [
      'revokes nothing, and says so: of a rotation that another one has followed',
      [rotation, { ...rotation, versionId: 'b'.repeat(36) }],
      revocation('all'),
    ],
  ])('%s', async (_, before, operation) => {
    const { aws, rotate, token } = await deployed();
    for (const event of before) await rotate(event);
    const current = token();
    await expect(rotate(operation)).rejects.toThrow('belongs to');
    expect(await aws.clientOf(current)).toBe('bravo');
  });

  test('may repeat the revocation that it is of', async () => {
    const { aws, rotate, token } = await deployed();
    const old = token();
    await rotate(revocation('all'));
    await rotate({ ...rotation, versionId: 'b'.repeat(36) });
    await rotate(revocation('all'));
    expect(await aws.clientOf(old)).toBeNull();
    expect(await aws.clientOf(token())).toBe('bravo');
  });
});

describe('an event is refused', () => {
  test.each<[string, unknown, string]>([
    ['that is null', null, 'the event is no object'],
    ['that is a text', 'rotate', 'the event is no object'],
    ['without a version', { Step: 'createSecret', SecretId: SECRETS.bravo }, 'versionId must have'],
    [
      'with a version that is a number',
      { Step: 'createSecret', SecretId: SECRETS.bravo, ClientRequestToken: 5 },
      'versionId must have',
    ],
    [
      'without a secret',
      { Step: 'createSecret', ClientRequestToken: VERSION },
      'secretId is missing',
    ],
  ])('%s', async (_, event, message) => {
    const { rotate } = await deployed();
    await expect(rotate(event as RotationEvent)).rejects.toThrow(message);
  });

  test('with a request type that CloudFormation does not know, by a failed answer', async () => {
    const { rotate, answers } = await deployed();
    await rotate(customResource({ RequestType: 'Nope' }));
    expect(answers[0]?.body).toMatchObject({
      Status: 'FAILED',
      Reason: 'TypeError: unknown RequestType',
    });
  });
});
