import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parseTokenSecret } from '../../../lambda/contract/token/token-secret.ts';
import { StaleRevisionError } from '../../../lambda/issuer/ports.ts';
import { rotationSteps, runRotationStep } from '../../../lambda/issuer/rotation.ts';
import { syncEnvironment } from '../../../lambda/issuer/sync-environment.ts';
import { FakeAws, SECRETS } from '../../support/fake-aws.ts';

let aws: FakeAws;

beforeEach(async () => {
  aws = new FakeAws();
  aws.addSecret(SECRETS.bravo, 'bravo', 'API_TOKEN_BRAVO');
  await aws.issueFirst(SECRETS.bravo);
  await syncEnvironment(aws, [SECRETS.bravo]);
});

const rotation = (overlapSeconds: number) => ({
  secretId: SECRETS.bravo,
  versionId: 'version-2',
  overlapSeconds,
});
const pending = () => parseTokenSecret(aws.labelled(SECRETS.bravo, 'AWSPENDING') ?? '');

describe('the old token stays valid for the overlap and the time that a rotation may take,', () => {
  test.each([
    [1, 10],
    [60, 10],
    [100, 10],
    [110, 11],
    [1_000, 100],
    [3_000, 300],
    [3_010, 300],
    [86_400, 300],
  ])('of %i s and %i s', async (overlap, slack) => {
    await runRotationStep(aws, 'createSecret', rotation(overlap));
    expect(pending()?.verifiers[1]?.expiresAt).toBe(aws.time + (overlap + slack) * 1_000);
  });

  test('up to the next whole second', async () => {
    const start = aws.time;
    aws.time += 1;
    await runRotationStep(aws, 'createSecret', rotation(60));
    expect(pending()).toMatchObject({
      issuedAt: start + 1,
      verifiers: [{}, { expiresAt: start + 71_000 }],
    });
  });
});

test.each([
  ['finishes as long as the old token has its overlap', 10_000, true],
  ['is given up a millisecond later', 10_001, false],
])('a rotation %s', async (_, after, isInTime) => {
  for (const step of rotationSteps.slice(0, 3)) await runRotationStep(aws, step, rotation(60));
  aws.time += after;
  const finishing = runRotationStep(aws, 'finishSecret', rotation(60));
  if (isInTime) await finishing;
  else await expect(finishing).rejects.toThrow('this rotation was left for too long, and is given');
});

describe('the environment', () => {
  const waits: number[] = [];
  const ports = () => ({
    clients: aws.clients,
    secrets: aws.secrets,
    authorizer: aws.authorizer,
    cache: aws.cache,
    wait: async (milliseconds: number) => void waits.push(milliseconds),
  });

  beforeEach(() => {
    waits.length = 0;
  });

  test('is flushed again a second after it was written', async () => {
    await syncEnvironment(ports(), [SECRETS.bravo], { always: true });
    expect(waits).toEqual([1_000]);
  });

  test('that others change all the time is tried 20 times, at growing distances', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const updateEnvironment = jest.fn(async () => {
      throw new StaleRevisionError('changed');
    });
    const authorizer = { ...aws.authorizer, updateEnvironment };
    const syncing = syncEnvironment({ ...ports(), authorizer }, [SECRETS.bravo], { always: true });
    await expect(syncing).rejects.toThrow(new StaleRevisionError('changed'));
    expect(updateEnvironment).toHaveBeenCalledTimes(20);
    expect(waits).toEqual(Array.from({ length: 19 }, (_, index) => 125 * (index + 1)));
    jest.restoreAllMocks();
  });

  test('is not tried again where something else goes wrong', async () => {
    const updateEnvironment = jest.fn(async () => {
      throw new TypeError('other');
    });
    const authorizer = { ...aws.authorizer, updateEnvironment };
    const syncing = syncEnvironment({ ...ports(), authorizer }, [SECRETS.bravo], { always: true });
    await expect(syncing).rejects.toThrow('other');
    expect(updateEnvironment).toHaveBeenCalledTimes(1);
  });
});
