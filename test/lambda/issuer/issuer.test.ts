import { beforeEach, describe, expect, test } from '@jest/globals';
import { serializeTokenList } from '../../../lambda/contract/token/token-list.ts';
import { parseTokenSecret, type TokenSecret } from '../../../lambda/contract/token/token-secret.ts';
import type { Secrets } from '../../../lambda/issuer/ports.ts';
import { revoke } from '../../../lambda/issuer/revocation.ts';
import { type Rotation, rotationSteps, runRotationStep } from '../../../lambda/issuer/rotation.ts';
import { syncEnvironment } from '../../../lambda/issuer/sync-environment.ts';
import { FakeAws, Interrupted, SECRETS } from '../../support/fake-aws.ts';

const HOUR = 3_600;
const SECRET_IDS = Object.values(SECRETS);

let aws: FakeAws;

beforeEach(async () => {
  aws = await deployed();
});

/** Two clients with their first tokens, and the authorizer's environment as deployed. */
async function deployed(): Promise<FakeAws> {
  const fake = new FakeAws();
  fake.addSecret(SECRETS.bravo, 'bravo', 'API_TOKEN_BRAVO');
  fake.addSecret(SECRETS.plugin, 'ae-plugin', 'API_TOKEN_PLUGIN');
  for (const id of SECRET_IDS) await fake.issueFirst(id);
  await syncEnvironment(fake, SECRET_IDS);
  fake.calls = 0;
  return fake;
}

const tokenOf = (id: string = SECRETS.bravo, fake = aws) =>
  parseTokenSecret(fake.labelled(id, 'AWSCURRENT') ?? '')?.token ?? '';

const rotation = (overrides: Partial<Rotation> = {}): Rotation => ({
  secretId: SECRETS.bravo,
  versionId: 'version-2',
  overlapSeconds: 24 * HOUR,
  ...overrides,
});

async function rotate(overrides: Partial<Rotation> = {}, fake = aws): Promise<void> {
  for (const step of rotationSteps) await runRotationStep(fake, step, rotation(overrides));
}

describe('the first token', () => {
  test('is one of our format, and the authorizer knows it by its verifier', async () => {
    expect(tokenOf()).toMatch(/^atk_bravo_/);
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
    expect(await aws.clientOf(tokenOf(SECRETS.plugin))).toBe('ae-plugin');
    expect(JSON.stringify(aws.environment)).not.toContain(tokenOf());
  });

  test('stays when the request is repeated, or comes again with another deployment', async () => {
    const before = tokenOf();
    await aws.issueFirst(SECRETS.bravo);
    await aws.issueFirst(SECRETS.bravo, { versionId: 'another-request' });
    await aws.issueFirst(SECRETS.bravo, { versionId: 'an-update', isNew: false });
    expect(tokenOf()).toBe(before);
  });

  test('stays when the answer to the first request was lost', async () => {
    aws.addSecret('new', 'bravo', 'API_TOKEN_BRAVO');
    const { secrets } = aws;
    // Two runs of one request, the second of which saw nothing of the first yet.
    const blind: Secrets = {
      ...aws.secrets,
      describe: async (id: string) => ({
        ...(await secrets.describe(id)),
        currentVersion: undefined,
      }),
    };
    await aws.issueFirst('new', { secrets: blind });
    const before = tokenOf('new');
    await aws.issueFirst('new', { secrets: blind });
    expect(tokenOf('new')).toBe(before);
  });

  test('is the plain token that was there before', async () => {
    await aws.secrets.write(SECRETS.bravo, 'plain', 'plain-token', 'AWSCURRENT');
    await aws.issueFirst(SECRETS.bravo, { versionId: 'request' });
    await syncEnvironment(aws, SECRET_IDS);
    expect(tokenOf()).toBe('plain-token');
    expect(await aws.clientOf('plain-token')).toBe('bravo');
  });

  test('is the plain token without the newline at the end of its file', async () => {
    await aws.secrets.write(SECRETS.bravo, 'plain', 'plain-token\n', 'AWSCURRENT');
    await aws.issueFirst(SECRETS.bravo, { versionId: 'request' });
    expect(tokenOf()).toBe('plain-token');
  });

  test.each(['two tokens', '{"token":"plain-token"}', 'tökén'])(
    'is not made over what a partner may have: %s',
    async (text) => {
      await aws.secrets.write(SECRETS.bravo, 'plain', text, 'AWSCURRENT');
      const issued = aws.issueFirst(SECRETS.bravo, { versionId: 'request' });
      await expect(issued).rejects.toThrow(
        "put the client's token there, or leave the secret empty",
      );
      expect(aws.labelled(SECRETS.bravo, 'AWSCURRENT')).toBe(text);
    },
  );

  test('is never what somebody wrote over a secret that had one', async () => {
    await aws.overwrite(SECRETS.bravo, 'REVOKED');
    await aws.issueFirst(SECRETS.bravo, { versionId: 'an-update', isNew: false });
    expect(aws.labelled(SECRETS.bravo, 'AWSCURRENT')).toBe('REVOKED');
  });

  test('is issued by an update where the secret is new and empty', async () => {
    aws.addSecret('new', 'charlie', 'API_TOKEN_CHARLIE');
    await aws.issueFirst('new', { isNew: false });
    expect(tokenOf('new')).toMatch(/^atk_charlie_/);
  });

  test('fails when Secrets Manager does', async () => {
    aws.addSecret('new', 'bravo', 'API_TOKEN_BRAVO');
    aws.interruptAt = { call: aws.calls + 2, hasEffect: false };
    await expect(aws.issueFirst('new')).rejects.toThrow(Interrupted);
  });
});

describe('a rotation', () => {
  test('brings a new token, and the old one stays valid for the overlap, to the second', async () => {
    const old = tokenOf();
    await rotate();
    expect(tokenOf()).not.toBe(old);
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
    const { verifiers } = parseTokenSecret(aws.labelled(SECRETS.bravo, 'AWSCURRENT') ?? '') ?? {};
    const until = verifiers?.[1]?.expiresAt ?? 0;
    expect(until - aws.time).toBeGreaterThanOrEqual(24 * HOUR * 1_000);
    aws.time = until - 1;
    expect(await aws.clientOf(old)).toBe('bravo');
    aws.time = until;
    expect(await aws.clientOf(old)).toBeNull();
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
  });

  test('without an overlap ends the old token when the new one is current', async () => {
    const old = tokenOf();
    for (const step of rotationSteps.slice(0, 3)) {
      await runRotationStep(aws, step, rotation({ overlapSeconds: 0 }));
      expect(await aws.clientOf(old)).toBe('bravo');
    }
    await runRotationStep(aws, 'finishSecret', rotation({ overlapSeconds: 0 }));
    expect(await aws.clientOf(old)).toBeNull();
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
  });

  test('flushes the results that API Gateway keeps', async () => {
    const before = aws.flushes;
    await rotate();
    expect(aws.flushes).toBeGreaterThan(before);
  });

  test('starts from the version that Secrets Manager has labelled, still without a value', async () => {
    aws.secretsById.get(SECRETS.bravo)?.versions.set('version-2', undefined);
    aws.secretsById.get(SECRETS.bravo)?.labels.set('AWSPENDING', 'version-2');
    const old = tokenOf();
    await rotate();
    expect(tokenOf()).not.toBe(old);
  });

  test('keeps two tokens at most: a second rotation ends the one before the last', async () => {
    const [first] = [tokenOf()];
    await rotate();
    const second = tokenOf();
    await rotate({ versionId: 'version-3' });
    expect(await aws.clientOf(first)).toBeNull();
    expect(await aws.clientOf(second)).toBe('bravo');
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
  });

  test('does not lengthen the life of a token that is ending already', async () => {
    await rotate({ overlapSeconds: 60 });
    const first = parseTokenSecret(aws.labelled(SECRETS.bravo, 'AWSCURRENT') ?? '');
    const ending: TokenSecret = {
      token: first?.token ?? '',
      verifiers: [{ digest: first?.verifiers[0]?.digest ?? '', expiresAt: aws.time + 5_000 }],
    };
    const { serializeTokenSecret } = await import('../../../lambda/contract/token/token-secret.ts');
    await aws.secrets.write(SECRETS.bravo, 'limited', serializeTokenSecret(ending), 'AWSCURRENT');
    await rotate({ versionId: 'version-3' });
    const { verifiers } = parseTokenSecret(aws.labelled(SECRETS.bravo, 'AWSCURRENT') ?? '') ?? {};
    expect(verifiers?.[1]).toEqual(ending.verifiers[0]);
  });

  test('is given up when it was left for too long, and the token in use stays', async () => {
    const old = tokenOf();
    await runRotationStep(aws, 'createSecret', rotation());
    await runRotationStep(aws, 'setSecret', rotation());
    aws.time += 3 * HOUR * 1_000;
    await expect(runRotationStep(aws, 'finishSecret', rotation())).rejects.toThrow(
      'left for too long',
    );
    await expect(runRotationStep(aws, 'createSecret', rotation())).rejects.toThrow(
      'given up before',
    );
    aws.time += 1_000 * HOUR * 1_000;
    expect(await aws.clientOf(old)).toBe('bravo');
    expect(tokenOf()).toBe(old);
    await rotate({ versionId: 'version-3' });
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
  });

  test('cannot skip its first step', async () => {
    for (const step of rotationSteps.slice(1)) {
      await expect(runRotationStep(aws, step, rotation())).rejects.toThrow('no pending version');
    }
  });

  test('stops before the label moves if the authorizer does not allow the new token', async () => {
    const old = tokenOf();
    await runRotationStep(aws, 'createSecret', rotation());
    await expect(runRotationStep(aws, 'testSecret', rotation())).rejects.toThrow(
      'the authorizer does not allow the new token of client bravo',
    );
    expect(tokenOf()).toBe(old);
  });

  test('is refused for a secret that is no client’s', async () => {
    await expect(rotate({ secretId: 'other' })).rejects.toThrow(
      "secret other is not a client's of this stack",
    );
  });

  test('flushes after each change, and once more when the calls under way have ended', async () => {
    await runRotationStep(aws, 'createSecret', rotation());
    aws.steps.length = 0;
    await runRotationStep(aws, 'setSecret', rotation());
    expect(aws.steps).toEqual(['update', 'flush', 'wait', 'flush']);
    await runRotationStep(aws, 'setSecret', rotation());
    expect(aws.steps.slice(4)).toEqual(['flush']);
  });

  test('does not finish once a newer one is pending, whatever became of its token', async () => {
    const old = tokenOf();
    const newer = rotation({ versionId: 'version-3' });
    for (const step of rotationSteps.slice(0, 3)) await runRotationStep(aws, step, rotation());
    const given = parseTokenSecret(aws.labelled(SECRETS.bravo, 'AWSPENDING') ?? '')?.token ?? '';
    for (const step of rotationSteps.slice(0, 2)) await runRotationStep(aws, step, newer);
    for (const step of rotationSteps.slice(1)) {
      await expect(runRotationStep(aws, step, rotation())).rejects.toThrow('no pending version');
    }
    expect(await aws.clientOf(given)).toBeNull();
    expect(tokenOf()).toBe(old);
    for (const step of rotationSteps.slice(2)) await runRotationStep(aws, step, newer);
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
    expect(await aws.clientOf(given)).toBeNull();
  });

  test('gives a token to a client whose token was revoked', async () => {
    await revoke(aws, { secretId: SECRETS.bravo, versionId: 'revoked', tokens: 'all' });
    await rotate();
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
  });
});

describe('Secrets Manager tries the function with testSecret alone, and', () => {
  const tryIt = () => runRotationStep(aws, 'testSecret', rotation());
  const currentText = () => aws.labelled(SECRETS.bravo, 'AWSCURRENT') ?? '';

  test.each<[string, () => string | undefined]>([
    ['no value', () => undefined],
    ['the current value', currentText],
  ])('a pending version with %s is tried with the token in use', async (_, value) => {
    aws.label(SECRETS.bravo, 'version-2', value());
    const environment = aws.environment;
    await tryIt();
    expect(aws.labelled(SECRETS.bravo, 'AWSPENDING')).toBe(value());
    aws.environment = { ...environment, variables: {} };
    await expect(tryIt()).rejects.toThrow('the authorizer does not allow the new token');
    // It is no rotation: nothing becomes current, and a deployment does not take it for one.
    await expect(runRotationStep(aws, 'finishSecret', rotation())).rejects.toThrow('no pending');
    await syncEnvironment(aws, SECRET_IDS);
    expect(aws.environment.variables).toEqual(environment.variables);
  });

  test('a revoked client, which has no token to try, is no fault', async () => {
    await revoke(aws, { secretId: SECRETS.bravo, versionId: 'revoked', tokens: 'all' });
    aws.label(SECRETS.bravo, 'version-2');
    await tryIt();
  });
});

describe('a value that somebody wrote over a secret', () => {
  let leaked: string;

  beforeEach(async () => {
    leaked = tokenOf();
    await aws.overwrite(SECRETS.bravo, 'REVOKED');
  });

  test('is no token, and leaves the environment as it is', async () => {
    const { variables } = aws.environment;
    await expect(syncEnvironment(aws, [SECRETS.bravo])).rejects.toThrow("is not the issuer's");
    expect(aws.environment.variables).toBe(variables);
    expect(await aws.clientOf('REVOKED')).toBeNull();
  });

  test('does not keep the others from being synchronised, whichever it is', async () => {
    for (const [bad, good] of [SECRET_IDS, SECRET_IDS.toReversed()] as [string, string][]) {
      const fake = await deployed();
      const name = fake.clients.find(({ secretId }) => secretId === bad)?.name;
      const before = { ...fake.environment.variables };
      await fake.overwrite(bad, 'REVOKED');
      fake.environment = {
        ...fake.environment,
        variables: Object.fromEntries(
          fake.clients.map(({ variable, secretId }) => [
            variable,
            secretId === bad ? String(before[variable]) : 'sha256:older',
          ]),
        ),
      };
      const told: string[] = [];
      const onUnreadable = (clientName: string) => told.push(clientName);
      expect(await syncEnvironment(fake, SECRET_IDS, { onUnreadable })).toBe(true);
      expect(fake.environment.variables).toEqual(before);
      expect(await fake.clientOf(tokenOf(good, fake))).not.toBeNull();
      expect(told).toEqual([name]);
    }
  });

  test('is revoked like any other', async () => {
    await revoke(aws, { secretId: SECRETS.bravo, versionId: 'revoked', tokens: 'all' });
    expect(await aws.clientOf(leaked)).toBeNull();
    expect(await aws.clientOf('REVOKED')).toBeNull();
    expect(aws.environment.variables.API_TOKEN_BRAVO).toMatch(/^sha256:\S{43};until=\S+$/);
    await rotate();
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
    expect(await aws.clientOf(leaked)).toBeNull();
  });

  test.each([0, 24 * HOUR])(
    'is healed by a rotation with %i s of overlap, which ends every older token',
    async (overlapSeconds) => {
      await rotate({ overlapSeconds });
      expect(await aws.clientOf(tokenOf())).toBe('bravo');
      expect(await aws.clientOf(leaked)).toBeNull();
      expect(aws.environment.variables.API_TOKEN_BRAVO?.split(' ')).toHaveLength(1);
    },
  );

  test('says nothing of which tokens are the older ones', async () => {
    const request = { secretId: SECRETS.bravo, versionId: 'v', tokens: 'previous' } as const;
    await expect(revoke(aws, request)).rejects.toThrow(
      `the current value of secret ${SECRETS.bravo} is not the issuer's: rotate it with no overlap, or revoke all`,
    );
    expect(aws.labelled(SECRETS.bravo, 'AWSCURRENT')).toBe('REVOKED');
  });

  test('is not the same as no value: one that is labelled and not found leaves the token', async () => {
    const fake = await deployed();
    const token = tokenOf(SECRETS.bravo, fake);
    fake.secretsById.get(SECRETS.bravo)?.labels.set('AWSCURRENT', 'not-there');
    await expect(syncEnvironment(fake, [SECRETS.bravo])).rejects.toThrow("is not the issuer's");
    expect(await fake.clientOf(token)).toBe('bravo');
  });
});

describe('a rotation that is cut short at any call and repeated', () => {
  // One run without a cut tells how many calls there are.
  const countCalls = async () => {
    const fake = await deployed();
    await rotate({}, fake);
    return fake.calls;
  };

  test.each([
    ['before the call does anything', false],
    ['after the call, its answer lost', true],
  ])(
    'refuses no token within its overlap, and ends with one current token: %s',
    async (_, hasEffect) => {
      const calls = await countCalls();
      expect(calls).toBeGreaterThan(15);
      for (let call = 1; call <= calls; call++) {
        const fake = await deployed();
        const old = tokenOf(SECRETS.bravo, fake);
        const handedOut = () => tokenOf(SECRETS.bravo, fake);
        fake.interruptAt = { call, hasEffect };
        for (const step of rotationSteps) {
          // Secrets Manager repeats a step that failed.
          for (let attempt = 0; attempt < 3; attempt++) {
            try {
              await runRotationStep(fake, step, rotation());
              break;
            } catch (error) {
              expect(error).toBeInstanceOf(Interrupted);
              // The power may stay away for a while, and whoever has a token goes on calling.
              fake.time += 60_000;
              expect(await fake.clientOf(old)).toBe('bravo');
            }
          }
          expect(await fake.clientOf(old)).toBe('bravo');
        }
        expect(handedOut()).not.toBe(old);
        expect(await fake.clientOf(handedOut())).toBe('bravo');
        fake.time += 23 * HOUR * 1_000;
        expect(await fake.clientOf(old)).toBe('bravo');
        fake.time += 4 * HOUR * 1_000;
        expect(await fake.clientOf(old)).toBeNull();
        expect(await fake.clientOf(handedOut())).toBe('bravo');
        expect(fake.environment.variables.API_TOKEN_BRAVO?.split(' ')).toHaveLength(2);
      }
    },
  );

  test('or never repeated, leaves the token in use valid for good', async () => {
    const calls = await countCalls();
    for (let call = 1; call <= calls; call++) {
      const fake = await deployed();
      const old = tokenOf(SECRETS.bravo, fake);
      fake.interruptAt = { call, hasEffect: true };
      await rotate({}, fake).catch((error: unknown) => expect(error).toBeInstanceOf(Interrupted));
      const isOldCurrent = tokenOf(SECRETS.bravo, fake) === old;
      fake.time += (isOldCurrent ? 10_000 : 20) * HOUR * 1_000;
      expect(await fake.clientOf(old)).toBe('bravo');
      // The next deployment brings the environment up to date.
      await syncEnvironment(fake, SECRET_IDS);
      expect(await fake.clientOf(tokenOf(SECRETS.bravo, fake))).toBe('bravo');
    }
  });
});

describe('two operations on one client that meet', () => {
  type Operation = (fake: FakeAws) => Promise<void>;
  const rotating =
    (versionId: string, overlapSeconds: number): Operation =>
    (fake) =>
      rotate({ versionId, overlapSeconds }, fake);
  const revoking =
    (versionId: string, tokens: 'all' | 'previous'): Operation =>
    (fake) =>
      revoke(fake, { secretId: SECRETS.bravo, versionId, tokens });
  const day = 24 * HOUR;

  test.each<[string, Operation, Operation, boolean]>([
    ['a rotation and a revocation', rotating('a', day), revoking('b', 'all'), true],
    ['a revocation and a rotation', revoking('a', 'all'), rotating('b', day), true],
    ['two revocations', revoking('a', 'previous'), revoking('b', 'all'), true],
    ['a rotation and one without overlap', rotating('a', day), rotating('b', 0), true],
    [
      'a revocation of the previous and a rotation',
      revoking('a', 'previous'),
      rotating('b', day),
      false,
    ],
    ['two rotations', rotating('a', day), rotating('b', day), false],
  ])('never give back what one of them took: %s', async (_, first, second, mustEnd) => {
    let met = 0;
    for (let at = 1; at < 40; at++) {
      const fake = await deployed();
      const old = tokenOf(SECRETS.bravo, fake);
      let issued: string | undefined;
      fake.beforeCall = async () => {
        if (fake.calls + 1 !== at || issued !== undefined) return;
        met++;
        issued = '';
        await second(fake);
        issued = tokenOf(SECRETS.bravo, fake);
      };
      // One of the two may have to give up; it says so.
      await first(fake).catch((error: unknown) => expect(error).toBeInstanceOf(Error));
      fake.beforeCall = undefined;
      if (issued === undefined) continue;
      if (mustEnd) expect(await fake.clientOf(old)).toBeNull();
      else if (issued !== old) expect(await fake.clientOf(issued)).toBe('bravo');
      const current = tokenOf(SECRETS.bravo, fake);
      if (current !== '') expect(await fake.clientOf(current)).toBe('bravo');
    }
    expect(met).toBeGreaterThan(4);
  });
});

describe('many at once', () => {
  test('two rotations of two clients lose nothing', async () => {
    const old = [tokenOf(SECRETS.bravo), tokenOf(SECRETS.plugin)];
    // Every call gives the other one its turn.
    aws.beforeCall = () => new Promise((resolve) => setImmediate(resolve));
    await Promise.all([
      rotate(),
      rotate({ secretId: SECRETS.plugin, versionId: 'version-of-plugin' }),
    ]);
    aws.beforeCall = undefined;
    for (const token of [...old, tokenOf(SECRETS.bravo), tokenOf(SECRETS.plugin)]) {
      expect(await aws.clientOf(token)).not.toBeNull();
    }
  });

  test('a deployment in the middle of a rotation takes neither token away', async () => {
    const old = tokenOf();
    await runRotationStep(aws, 'createSecret', rotation());
    await runRotationStep(aws, 'setSecret', rotation());
    await syncEnvironment(aws, SECRET_IDS);
    await runRotationStep(aws, 'testSecret', rotation());
    await runRotationStep(aws, 'finishSecret', rotation());
    expect(await aws.clientOf(old)).toBe('bravo');
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
  });

  test('others that change the function all the time are an error in the end', async () => {
    await runRotationStep(aws, 'createSecret', rotation());
    aws.beforeCall = async () => {
      aws.environment = { ...aws.environment, revisionId: `other-${Math.random()}` };
    };
    await expect(syncEnvironment(aws, SECRET_IDS)).rejects.toThrow();
  });
});

describe('a deployment that put an older value back', () => {
  test('is repaired, and tells so', async () => {
    const deployedEnvironment = aws.environment.variables;
    await rotate({ overlapSeconds: 0 });
    aws.environment = { ...aws.environment, variables: { ...deployedEnvironment, OTHER: 'kept' } };
    expect(await aws.clientOf(tokenOf())).toBeNull();
    expect(await syncEnvironment(aws, SECRET_IDS)).toBe(true);
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
    expect(aws.environment.variables.OTHER).toBe('kept');
    expect(await syncEnvironment(aws, SECRET_IDS)).toBe(false);
  });
});

describe('a revocation', () => {
  test('of all ends every token of the client at once, and no other client’s', async () => {
    const old = tokenOf();
    await rotate();
    const current = tokenOf();
    const request = { secretId: SECRETS.bravo, versionId: 'revoked', tokens: 'all' } as const;
    await revoke(aws, request);
    for (const token of [old, current]) expect(await aws.clientOf(token)).toBeNull();
    expect(await aws.clientOf(tokenOf(SECRETS.plugin))).toBe('ae-plugin');
    expect(aws.labelled(SECRETS.bravo, 'AWSCURRENT')).not.toContain('"token"');
    await revoke(aws, request);
    expect(await aws.clientOf(current)).toBeNull();
  });

  test('leaves nothing of the rotation before it, also of one that was cut short at its end', async () => {
    const whole = await deployed();
    await rotate({}, whole);
    for (let call = whole.calls - 4; call <= whole.calls + 1; call++) {
      const fake = await deployed();
      fake.interruptAt = { call, hasEffect: true };
      await rotate({}, fake).catch((error: unknown) => expect(error).toBeInstanceOf(Interrupted));
      fake.interruptAt = undefined;
      await revoke(fake, { secretId: SECRETS.bravo, versionId: 'revoked', tokens: 'all' });
      const { verifiers } =
        parseTokenSecret(fake.labelled(SECRETS.bravo, 'AWSCURRENT') ?? '') ?? {};
      expect(verifiers).toHaveLength(1);
      expect(fake.environment.variables.API_TOKEN_BRAVO).toBe(serializeTokenList(verifiers ?? []));
    }
  });

  test('of the previous one leaves the current one', async () => {
    const old = tokenOf();
    await rotate();
    await revoke(aws, { secretId: SECRETS.bravo, versionId: 'revoked', tokens: 'previous' });
    expect(await aws.clientOf(old)).toBeNull();
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
  });

  test('cut short at any call and repeated ends the token all the same', async () => {
    const request = { secretId: SECRETS.bravo, versionId: 'revoked', tokens: 'all' } as const;
    const whole = await deployed();
    await revoke(whole, request);
    for (let call = 1; call <= whole.calls; call++) {
      const fake = await deployed();
      const token = tokenOf(SECRETS.bravo, fake);
      fake.interruptAt = { call, hasEffect: true };
      await expect(revoke(fake, request)).rejects.toThrow(Interrupted);
      fake.time += 60_000;
      await revoke(fake, request);
      expect(await fake.clientOf(token)).toBeNull();
    }
  });

  test.each([1, 2, 3])('gives up a rotation after step %i, which would undo it', async (done) => {
    const token = tokenOf();
    for (const step of rotationSteps.slice(0, done)) await runRotationStep(aws, step, rotation());
    await revoke(aws, { secretId: SECRETS.bravo, versionId: 'revoked', tokens: 'all' });
    for (const step of rotationSteps.slice(done)) {
      await expect(runRotationStep(aws, step, rotation())).rejects.toThrow('start a new one');
    }
    await syncEnvironment(aws, SECRET_IDS);
    expect(await aws.clientOf(token)).toBeNull();
  });

  test.each(['all', 'previous'] as const)(
    'of %s leaves no AWSPENDING behind, at which RotateSecret would fail',
    async (tokens) => {
      await rotate();
      await revoke(aws, { secretId: SECRETS.bravo, versionId: 'revoked', tokens });
      expect(aws.labelled(SECRETS.bravo, 'AWSPENDING')).toBeUndefined();
    },
  );

  test('is the last to write, and flushes before and after the calls under way have ended', async () => {
    const request = { secretId: SECRETS.bravo, versionId: 'revoked', tokens: 'all' } as const;
    // The second time, there is nothing to change: another one may have written it just now.
    for (let time = 0; time < 2; time++) {
      aws.steps.length = 0;
      await revoke(aws, request);
      expect(aws.steps).toEqual(['update', 'flush', 'wait', 'flush']);
    }
  });

  test('that is repeated after a new token was issued leaves that one', async () => {
    const request = { secretId: SECRETS.bravo, versionId: 'revoked', tokens: 'all' } as const;
    await revoke(aws, request);
    await rotate();
    await revoke(aws, request);
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
  });

  test('of the previous one is given up, and says so, where the token has changed', async () => {
    const request = { secretId: SECRETS.bravo, versionId: 'v', tokens: 'previous' } as const;
    aws.beforeCall = async () => {
      if (aws.calls !== 3) return;
      aws.beforeCall = undefined;
      await rotate({ overlapSeconds: 0 });
    };
    await expect(revoke(aws, request)).rejects.toThrow(
      'the token was changed meanwhile, and nothing is revoked: start a new revocation',
    );
    await syncEnvironment(aws, SECRET_IDS);
    expect(aws.environment.variables.API_TOKEN_BRAVO?.split(' ')).toHaveLength(1);
    expect(await aws.clientOf(tokenOf())).toBe('bravo');
    // The same request cannot know what it has written by now.
    await expect(revoke(aws, request)).rejects.toThrow('start a new revocation');
  });

  test('has nothing to do where there is no token', async () => {
    aws.addSecret('new', 'bravo', 'API_TOKEN_BRAVO');
    await expect(revoke(aws, { secretId: 'new', versionId: 'v', tokens: 'all' })).rejects.toThrow(
      'secret new has no token to revoke',
    );
  });
});
