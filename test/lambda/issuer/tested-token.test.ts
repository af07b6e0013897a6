import { beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parseTokenSecret } from '../../../lambda/contract/token/token-secret.ts';
import { revoke } from '../../../lambda/issuer/revocation.ts';
import { rotate, runRotationStep } from '../../../lambda/issuer/rotation.ts';
import { syncEnvironment } from '../../../lambda/issuer/sync-environment.ts';
import { FakeAws, SECRETS } from '../../support/fake-aws.ts';

let aws: FakeAws;

beforeEach(async () => {
  aws = new FakeAws();
  aws.addSecret(SECRETS.bravo, 'bravo', 'API_TOKEN_BRAVO');
  await aws.issueFirst(SECRETS.bravo);
  await syncEnvironment(aws, [SECRETS.bravo]);
});

const rotation = { secretId: SECRETS.bravo, versionId: 'version-2', overlapSeconds: 60 };
const ports = () => {
  const { secrets, authorizer, cache, now, prefix } = aws;
  return { secrets, authorizer, cache, now, prefix, wait: async () => undefined };
};
const testing = () => runRotationStep(aws, 'testSecret', rotation);
const policy = (...effects: string[]) => ({
  Statement: effects.map((Effect) => ({ Effect })),
});
const notAllowed = 'NotAllowedError: the authorizer does not allow the new token of client bravo';

describe('a new token becomes current only if every stage takes it for its client and one allows it:', () => {
  const allowed = { principalId: 'bravo', policyDocument: policy('Allow', 'Deny') };

  test.each<[string, unknown[]]>([
    ['no stage', []],
    ['an answer for another client', [{ ...allowed, principalId: 'ae-plugin' }]],
    ['an answer for nobody', [{ policyDocument: policy('Allow') }]],
    ['a Deny', [{ ...allowed, policyDocument: policy('Deny') }]],
    ['a policy without a statement', [{ ...allowed, policyDocument: policy() }]],
    ['no policy', [{ principalId: 'bravo' }]],
    ['no answer', [undefined]],
    ['a text', ['bravo']],
    ['one stage of two', [allowed, undefined]],
    [
      'a Deny for nobody in one of two',
      [allowed, { principalId: '-', policyDocument: policy('Deny') }],
    ],
    ['a Deny in each of two', Array(2).fill({ ...allowed, policyDocument: policy('Deny') })],
  ])('not with %s', async (_, answers) => {
    aws.authorizer.authorize = async () => answers;
    const current = aws.labelled(SECRETS.bravo, 'AWSCURRENT');
    const error: unknown = await rotate(aws, rotation).catch((thrown: unknown) => thrown);
    expect(String(error)).toBe(notAllowed);
    expect(aws.labelled(SECRETS.bravo, 'AWSCURRENT')).toBe(current);
  });

  test('with an Allow of each', async () => {
    const authorize = jest.fn(async () => [allowed, allowed]);
    aws.authorizer.authorize = authorize;
    await rotate(aws, rotation);
    const current = parseTokenSecret(aws.labelled(SECRETS.bravo, 'AWSCURRENT') ?? '');
    expect(authorize.mock.calls).toEqual([[current?.token, undefined]]);
  });

  test('also without a route in one of several APIs', async () => {
    aws.authorizer.authorize = async () => [
      { ...allowed, policyDocument: policy('Deny') },
      allowed,
    ];
    const current = aws.labelled(SECRETS.bravo, 'AWSCURRENT');
    await rotate(aws, rotation);
    expect(aws.labelled(SECRETS.bravo, 'AWSCURRENT')).not.toBe(current);
  });

  test('from an address from which its client may call', async () => {
    const authorize = jest.fn(async () => [allowed]);
    aws.authorizer.authorize = authorize;
    const bound = aws.clients.map((client) => ({ ...client, source: '203.0.113.0' }));
    await rotate({ ...ports(), clients: bound }, rotation);
    expect(authorize.mock.calls).toEqual([[expect.any(String), '203.0.113.0']]);
  });
});

describe('testSecret of the current version', () => {
  test('asks nobody about a token that was revoked', async () => {
    await revoke(aws, { secretId: SECRETS.bravo, versionId: 'version-2', tokens: 'all' });
    const authorize = jest.fn(async () => []);
    aws.authorizer.authorize = authorize;
    expect(String(await testing().catch(String))).toBe(notAllowed);
    expect(authorize).not.toHaveBeenCalled();
  });

  test('fails where its value is not found', async () => {
    aws.secretsById.get(SECRETS.bravo)?.labels.set('AWSCURRENT', 'version-2');
    expect(String(await testing().catch(String))).toBe(notAllowed);
  });
});

describe('testSecret alone', () => {
  test('is no fault where somebody wrote over the secret', async () => {
    await aws.overwrite(SECRETS.bravo, 'REVOKED');
    aws.label(SECRETS.bravo, 'version-2');
    await testing();
  });

  test('is no fault where there is no current value', async () => {
    aws.secretsById.get(SECRETS.bravo)?.labels.delete('AWSCURRENT');
    aws.label(SECRETS.bravo, 'version-2');
    await testing();
  });

  test('is refused for a version that is not the pending one', async () => {
    aws.label(SECRETS.bravo, 'version-3');
    await expect(testing()).rejects.toThrow('this rotation has no pending version');
  });
});
