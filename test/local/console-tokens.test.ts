import { describe, expect, test } from '@jest/globals';
import { digestOf, tokenIdOf } from '../../lambda/contract/token/token-digest.ts';
import type { Verifier } from '../../lambda/contract/token/token-list.ts';
import { serializeTokenSecret } from '../../lambda/contract/token/token-secret.ts';
import { secretTokens } from '../../local/console/clients/token-entries.ts';
import type { Secret, SecretVersion } from '../../local/secrets/secret.ts';

const now = Date.UTC(2026, 0, 2);
const verifier = (name: string, expiresAt?: number): Verifier => ({
  digest: digestOf(name),
  ...(expiresAt !== undefined && { expiresAt }),
});
const idOf = (name: string) => tokenIdOf(digestOf(name));

const version = (id: string, stage: string, value: string): SecretVersion => ({
  id,
  value,
  stages: [stage],
  createdAt: 1_000,
});
const secretWith = (...versions: SecretVersion[]): Secret => ({
  name: 'bravo',
  arn: 'arn',
  generatedKey: undefined,
  tags: {},
  versions,
});
const current = version(
  'two',
  'AWSCURRENT',
  serializeTokenSecret({
    token: 'second',
    verifiers: [verifier('second'), verifier('first', now + 60_000), verifier('zeroth', now)],
    issuedAt: 5_000,
  }),
);
const previous = version(
  'one',
  'AWSPREVIOUS',
  serializeTokenSecret({ token: 'first', verifiers: [verifier('first')], issuedAt: 3_000 }),
);
const pending = (replaces: string | undefined) =>
  version(
    'three',
    'AWSPENDING',
    serializeTokenSecret({
      token: 'third',
      verifiers: [verifier('third'), verifier('second', now + 60_000)],
      issuedAt: now,
      replaces,
    }),
  );

describe('the tokens of a secret', () => {
  test('are the current one, and others until their end', () => {
    expect(secretTokens(secretWith(previous, current), 'second', now)).toEqual([
      { id: idOf('second'), state: 'current', createdAt: 5_000, endsAt: null },
      { id: idOf('first'), state: 'previous', createdAt: 3_000, endsAt: now + 60_000 },
      { id: idOf('zeroth'), state: 'ended', createdAt: null, endsAt: now },
    ]);
  });

  test('begin with the one that a rotation has made, until it is over', () => {
    const states = (...versions: SecretVersion[]) =>
      secretTokens(secretWith(...versions), 'second', now).map(({ id, state }) => [id, state]);
    const known = states(current);
    expect(states(current, pending('two'))).toEqual([[idOf('third'), 'pending'], ...known]);
    for (const replaces of ['one', undefined]) {
      expect(states(current, pending(replaces))).toEqual(known);
    }
    expect(states(current, version('three', 'AWSPENDING', 'something else'))).toEqual(known);
    const same = version('three', 'AWSPENDING', current.value.replace('}', ',"replaces":"two"}'));
    expect(states(current, same)).toEqual(known);
  });

  test('are the whole value of a secret that is not of our form, or none', () => {
    const plain = secretWith(version('one', 'AWSCURRENT', 'plain'));
    expect(secretTokens(plain, 'plain', now)).toEqual([
      { id: idOf('plain'), state: 'current', createdAt: 1_000, endsAt: null },
    ]);
    expect(secretTokens(secretWith(), undefined, now)).toEqual([]);
  });

  test('have no current one once that was revoked', () => {
    const revoked = serializeTokenSecret({ verifiers: [verifier('second', now)] });
    const tokens = secretTokens(secretWith(version('two', 'AWSCURRENT', revoked)), undefined, now);
    expect(tokens.map(({ state }) => state)).toEqual(['ended']);
  });
});
