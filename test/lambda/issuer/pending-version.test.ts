import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  parseTokenSecret,
  serializeTokenSecret,
} from '../../../lambda/contract/token/token-secret.ts';
import { readClientSecret } from '../../../lambda/issuer/client-secret.ts';
import { revoke } from '../../../lambda/issuer/revocation.ts';
import { rotate, rotationSteps, runRotationStep } from '../../../lambda/issuer/rotation.ts';
import { syncEnvironment } from '../../../lambda/issuer/sync-environment.ts';
import { FakeAws, Interrupted, SECRETS } from '../../support/fake-aws.ts';

const DIGEST = `${'d'.repeat(42)}A`;
const secretId = SECRETS.bravo;
let aws: FakeAws;

beforeEach(async () => {
  aws = await deployed();
});

async function deployed(): Promise<FakeAws> {
  const fake = new FakeAws();
  fake.addSecret(secretId, 'bravo', 'API_TOKEN_BRAVO');
  await fake.issueFirst(secretId);
  await syncEnvironment(fake, [secretId]);
  fake.calls = 0;
  return fake;
}

const rotation = { secretId, versionId: 'version-2', overlapSeconds: 60 };
const current = (fake = aws) => parseTokenSecret(fake.labelled(secretId, 'AWSCURRENT') ?? '');
const pendingVersion = () => aws.secretsById.get(secretId)?.labels.get('AWSPENDING');

/** The versions that are read while the environment is brought up to date. */
async function versionsRead(): Promise<unknown[]> {
  const read: unknown[] = [];
  const secrets = {
    ...aws.secrets,
    read: (id: string, versionId: string) => {
      read.push(versionId);
      return aws.secrets.read(id, versionId);
    },
  };
  const { clients, authorizer, cache, wait } = aws;
  await syncEnvironment({ clients, secrets, authorizer, cache, wait }, [secretId]);
  return read;
}

describe('of a secret are read', () => {
  test('the current version alone, where none is pending or the current one is', async () => {
    expect(await versionsRead()).toEqual([`first-of-${secretId}`]);
    aws.secretsById.get(secretId)?.labels.set('AWSPENDING', `first-of-${secretId}`);
    expect(await versionsRead()).toEqual([`first-of-${secretId}`]);
  });

  test('the pending version as well, where it is another one', async () => {
    aws.label(secretId, 'version-2');
    expect(await versionsRead()).toEqual([`first-of-${secretId}`, 'version-2']);
  });

  test('no version where there is none', async () => {
    aws.secretsById.get(secretId)?.labels.clear();
    // For toEqual, a list with one undefined is an empty one.
    expect(await versionsRead()).toStrictEqual([]);
    expect(aws.environment.variables.API_TOKEN_BRAVO).toBe('');
  });
});

describe('a pending value that somebody wrote', () => {
  test.each([
    ['is no value of the issuer', 'garbage'],
    ['replaces no version', serializeTokenSecret({ verifiers: [{ digest: DIGEST }] })],
  ])('is never accepted, where it %s', async (_, value) => {
    aws.label(secretId, 'version-2', value);
    const { variables } = aws.environment;
    await syncEnvironment(aws, [secretId]);
    expect(aws.environment.variables).toEqual(variables);
    await expect(runRotationStep(aws, 'finishSecret', rotation)).rejects.toThrow(
      'the token was changed meanwhile, and this rotation is given up: start a new one',
    );
    expect(pendingVersion()).toBeUndefined();
  });

  test('is left to its own operation, whose label nobody touches', async () => {
    aws.label(secretId, 'version-3', 'garbage');
    const abandon = jest.spyOn(aws.secrets, 'abandon');
    await expect(runRotationStep(aws, 'finishSecret', rotation)).rejects.toThrow(
      'this rotation has no pending version',
    );
    expect(abandon).not.toHaveBeenCalled();
    expect(pendingVersion()).toBe('version-3');
  });
});

describe('the label of a version that Secrets Manager is about to rotate to stays', () => {
  test('after a step that cannot be done yet', async () => {
    aws.label(secretId, 'version-2');
    await expect(runRotationStep(aws, 'finishSecret', rotation)).rejects.toThrow('no pending');
    expect(pendingVersion()).toBe('version-2');
  });

  test('after a revocation', async () => {
    aws.label(secretId, 'version-3');
    await revoke(aws, { secretId, versionId: 'version-2', tokens: 'all' });
    expect(pendingVersion()).toBe('version-3');
  });

  test('at the current version, where an operation has the id of its rotation', async () => {
    for (const step of rotationSteps) await runRotationStep(aws, step, rotation);
    const request = { secretId, versionId: 'version-2', tokens: 'all' } as const;
    await expect(revoke(aws, request)).rejects.toThrow('belongs to another operation');
    expect(pendingVersion()).toBe('version-2');
  });
});

test('no label is left of a rotation whose token another operation replaces at once', async () => {
  const ended = serializeTokenSecret({ verifiers: [{ digest: DIGEST, expiresAt: 0 }] });
  aws.beforeCall = async () => {
    if (aws.secretsById.get(secretId)?.labels.get('AWSCURRENT') !== 'version-2') return;
    aws.beforeCall = undefined;
    await aws.secrets.write(secretId, 'version-3', ended, 'AWSCURRENT');
  };
  await rotate(aws, rotation);
  expect(current()?.verifiers).toEqual([{ digest: DIGEST, expiresAt: 0 }]);
  expect(pendingVersion()).toBeUndefined();
});

test("an operator's rotation that is cut short at any call may be repeated", async () => {
  const whole = await deployed();
  await rotate(whole, rotation);
  for (let call = 1; call <= whole.calls; call++) {
    for (const hasEffect of [true, false]) {
      const fake = await deployed();
      const old = current(fake)?.token ?? '';
      fake.interruptAt = { call, hasEffect };
      await expect(rotate(fake, rotation)).rejects.toThrow(Interrupted);
      await rotate(fake, rotation);
      expect(current(fake)?.token).not.toBe(old);
      expect(await fake.clientOf(current(fake)?.token ?? '')).toBe('bravo');
      expect(await fake.clientOf(old)).toBe('bravo');
    }
  }
});

test('a rotation without an overlap may be repeated', async () => {
  const request = { ...rotation, overlapSeconds: 0 };
  await rotate(aws, request);
  const issued = current();
  await rotate(aws, request);
  expect(current()).toEqual(issued);
});

test('a client whose token was revoked gets one verifier', async () => {
  await revoke(aws, { secretId, versionId: 'revoked', tokens: 'all' });
  await rotate(aws, rotation);
  expect(current()?.verifiers).toHaveLength(1);
});

test('a token is revoked from the second on in which it is', async () => {
  const start = aws.time;
  aws.time += 999;
  const digest = current()?.verifiers[0]?.digest;
  await revoke(aws, { secretId, versionId: 'revoked', tokens: 'all' });
  expect(current()).toEqual({ verifiers: [{ digest, expiresAt: start }] });
});

test('a revocation with the id of a version that somebody wrote revokes nothing', async () => {
  aws.secretsById.get(secretId)?.versions.set('version-2', 'garbage');
  const before = current();
  const request = { secretId, versionId: 'version-2', tokens: 'all' } as const;
  await expect(revoke(aws, request)).rejects.toThrow('belongs to another operation');
  expect(current()).toEqual(before);
});

test('the time of issue is known of a token that the issuer made, and of no other', async () => {
  expect(current()?.issuedAt).toBe(aws.time);
  await aws.overwrite(secretId, 'plain-token');
  await aws.issueFirst(secretId, { versionId: 'request' });
  expect(current()).toMatchObject({ token: 'plain-token' });
  expect(current()).not.toHaveProperty('issuedAt');
});

test('a secret without a pending version has no state of one', async () => {
  expect((await readClientSecret(aws, secretId)).pendingState).toBeUndefined();
});

describe('a step that is repeated after the version became the current one', () => {
  test('brings the environment up to date, if it is setSecret', async () => {
    await rotate(aws, rotation);
    const { environment } = aws;
    aws.environment = { ...environment, variables: {} };
    aws.steps.length = 0;
    await runRotationStep(aws, 'createSecret', rotation);
    expect(aws.steps).toEqual([]);
    await runRotationStep(aws, 'setSecret', rotation);
    expect(aws.environment.variables).toEqual(environment.variables);
  });

  test('has nothing to create where the value is not found', async () => {
    aws.secretsById.get(secretId)?.labels.set('AWSCURRENT', 'version-2');
    await runRotationStep(aws, 'createSecret', { ...rotation, overlapSeconds: 0 });
  });
});

describe('a revocation', () => {
  const revocation = { secretId, versionId: 'version-2' };

  test('of the previous tokens may be repeated, and leaves no label but the current one', async () => {
    const token = current()?.token ?? '';
    for (let time = 0; time < 2; time++) await revoke(aws, { ...revocation, tokens: 'previous' });
    expect(await aws.clientOf(token)).toBe('bravo');
    expect([...(aws.secretsById.get(secretId)?.labels ?? [])]).toEqual([
      ['AWSCURRENT', revocation.versionId],
    ]);
  });

  test.each([0, 1])(
    'of all with the id of a rotation without overlap revokes nothing, after %i more',
    async (more) => {
      await rotate(aws, { ...rotation, overlapSeconds: 0 });
      if (more > 0) await rotate(aws, { ...rotation, versionId: 'version-3' });
      const before = current();
      await expect(revoke(aws, { ...revocation, tokens: 'all' })).rejects.toThrow(
        'belongs to another operation',
      );
      expect(current()).toEqual(before);
    },
  );

  test('of the previous tokens that AWS fails is no revocation that was given up', async () => {
    const whole = await deployed();
    await revoke(whole, { ...revocation, tokens: 'previous' });
    for (let call = 1; call <= whole.calls; call++) {
      const fake = await deployed();
      fake.interruptAt = { call, hasEffect: false };
      await expect(revoke(fake, { ...revocation, tokens: 'previous' })).rejects.toThrow(
        Interrupted,
      );
    }
  });
});
