import type { ClientItem } from '../../../lambda/contract/table/client-item.ts';
import { digestOf, tokenIdOf } from '../../../lambda/contract/token/token-digest.ts';
import type { Verifier } from '../../../lambda/contract/token/token-list.ts';
import { parseTokenSecret } from '../../../lambda/contract/token/token-secret.ts';
import { labelled, type Secret, type SecretVersion } from '../../secrets/secret.ts';
import type { TokenEntry } from './entries.ts';

/** A token, before somebody looks up when it was used. */
export type KnownToken = Omit<TokenEntry, 'lastUsedAt'>;

function knownToken(
  { digest, expiresAt }: Verifier,
  state: TokenEntry['state'],
  createdAt: number | undefined,
  now: number,
): KnownToken {
  return {
    id: tokenIdOf(digest),
    state: expiresAt !== undefined && now >= expiresAt ? 'ended' : state,
    createdAt: createdAt ?? null,
    endsAt: expiresAt ?? null,
  };
}

/** When tokens were issued, by their digests: each version of a secret knows it of its own one. */
function issueTimes(versions: readonly SecretVersion[]): ReadonlyMap<string, number> {
  return new Map(
    versions.flatMap(({ value, createdAt }) => {
      const secret = parseTokenSecret(value);
      return secret?.token === undefined
        ? []
        : [[secret.verifiers[0].digest, secret.issuedAt ?? createdAt] as const];
    }),
  );
}

/** The token that a rotation has made, until it is over. */
function pendingToken({ versions }: Secret): Verifier | undefined {
  const pending = parseTokenSecret(labelled(versions, 'AWSPENDING')?.value);
  const current = labelled(versions, 'AWSCURRENT');
  if (pending === null || current === undefined) return undefined;
  return pending.replaces === current.id ? pending.verifiers[0] : undefined;
}

/**
 * The tokens of a client in code, by its secret.
 *
 * @param token the current one, where the secret is not of our form
 * @param now milliseconds since 1970
 */
export function secretTokens(secret: Secret, token: string | undefined, now: number): KnownToken[] {
  const current = labelled(secret.versions, 'AWSCURRENT');
  const held = parseTokenSecret(current?.value);
  if (held === null) {
    return token === undefined
      ? []
      : [knownToken({ digest: digestOf(token) }, 'current', current?.createdAt, now)];
  }
  const issuedAt = issueTimes(secret.versions);
  const entry = (verifier: Verifier, state: TokenEntry['state']) =>
    knownToken(verifier, state, issuedAt.get(verifier.digest), now);
  const pending = pendingToken(secret);
  const isNew = held.verifiers.every(({ digest }) => digest !== pending?.digest);
  return [
    ...(pending !== undefined && isNew ? [entry(pending, 'pending')] : []),
    ...held.verifiers.map((verifier, index) =>
      entry(verifier, index === 0 && held.token !== undefined ? 'current' : 'previous'),
    ),
  ];
}

/**
 * The tokens of a client of the table.
 *
 * @param now milliseconds since 1970
 */
export function tableTokens({ tokens }: ClientItem, now: number): KnownToken[] {
  return tokens.map((token, index) =>
    knownToken(token, index === 0 ? 'current' : 'previous', token.issuedAt, now),
  );
}
