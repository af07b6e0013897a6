import type { ClientItem, ListedToken } from '../contract/table/client-item.ts';
import type { TokenItem } from '../contract/table/token-item.ts';
import { tokenIdOf } from '../contract/token/token-digest.ts';
import type { SpareKey, TableWrite } from './ports.ts';

/** The tokens that have not ended by a moment, in milliseconds since 1970; the current one first. */
export function validTokens({ tokens }: ClientItem, now: number): readonly ListedToken[] {
  return tokens.filter(({ expiresAt }) => expiresAt === undefined || now < expiresAt);
}

/** Whether the current token is not the one that an operator saw; what was not said is no other. */
export function isOtherThan(
  currentId: string | undefined,
  current: ListedToken | undefined,
): boolean {
  return currentId !== undefined && (!current || tokenIdOf(current.digest) !== currentId);
}

/** A token with an end, or with the earlier one that it has. */
export function endingBy(token: ListedToken, end: number): ListedToken {
  return { ...token, expiresAt: Math.min(end, token.expiresAt ?? end) };
}

/** What the table holds of a token, read off its client. */
export function tokenItemOf(client: ClientItem, { digest, expiresAt }: ListedToken): TokenItem {
  const { name: clientName, permissions, state, usageIdentifierKey, readyAt } = client;
  const { allowedSources } = client;
  return {
    digest,
    clientName,
    permissions,
    state: state === 'active' ? 'active' : 'suspended',
    ...(usageIdentifierKey !== undefined && { usageIdentifierKey }),
    ...(allowedSources.length > 0 && { allowedSources }),
    ...(readyAt !== undefined && { readyAt }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** A client's next version: some fields change, and tokens that have ended leave its list. */
export function nextVersion(
  client: ClientItem,
  changes: Partial<Omit<ClientItem, 'name' | 'version'>>,
  now: number,
): ClientItem {
  const next = { ...client, ...changes, version: client.version + 1 };
  return { ...next, tokens: validTokens(next, now) };
}

/** A change of a client. */
export interface ClientChange {
  /** As it was read; `undefined`: there is none yet. */
  readonly from: ClientItem | undefined;
  readonly to: ClientItem;
  /** The moment at which tokens end that the client no longer lists, in milliseconds since 1970. */
  readonly now: number;
  /** The key that the client gets. */
  readonly takes?: SpareKey | undefined;
}

/**
 * The writes that make the table say what the client is to be: its item, and every one of its tokens.
 * DynamoDB takes 100 in a transaction; these are at most four.
 */
export function writesOf({ from, to, now, takes }: ClientChange): TableWrite[] {
  const before = from === undefined ? [] : validTokens(from, now);
  const lists = (tokens: readonly ListedToken[], { digest }: ListedToken) =>
    tokens.some((token) => token.digest === digest);
  const kept = to.tokens.map((token): TableWrite => {
    const replaces = lists(before, token) ? { validAt: now } : 'new';
    return { write: 'token', token: tokenItemOf(to, token), replaces };
  });
  const ended = before
    .filter((token) => !lists(to.tokens, token))
    .map((token): TableWrite => {
      const item = tokenItemOf(to, endingBy(token, now));
      return { write: 'token', token: item, replaces: { validAt: now } };
    });
  return [
    { write: 'client', client: to, replaces: from?.version },
    ...kept,
    ...ended,
    ...(takes !== undefined && to.plan !== undefined
      ? [{ write: 'take', plan: to.plan, key: takes } as const]
      : []),
  ];
}
