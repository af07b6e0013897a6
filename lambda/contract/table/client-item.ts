import { isClientName } from '../access/client-name.ts';
import type { Grant } from '../access/permission.ts';
import { type Attribute, attributes, type Item, numberAt, textAt } from './attributes.ts';
import { clientKey, tableKey } from './table-key.ts';
import { type ClientState, clientStates, optional, parseGrants, wordsAt } from './token-item.ts';

/** A token of a client, as the client's item lists it. */
export interface ListedToken {
  /** SHA-256 of the token as 43 characters of base64url. */
  readonly digest: string;
  /** When it was issued or imported, in milliseconds since 1970. */
  readonly issuedAt: number;
  /** The moment from which it is refused, in milliseconds since 1970; absent: it has no end. */
  readonly expiresAt?: number;
}

/** A client of the table. What a decision needs of it stands in its tokens' items as well. */
export interface ClientItem {
  readonly name: string;
  readonly permissions: readonly Grant[];
  /** The tier whose limits it has; absent where usage plans are left out. */
  readonly plan?: string;
  /** `deleted` while its key and item still have to go. */
  readonly state: ClientState | 'deleted';
  readonly usageIdentifierKey?: string;
  /** The addresses and blocks from which the client may call; none: from everywhere. */
  readonly allowedSources: readonly string[];
  readonly readyAt?: number;
  /** The current token first; none once all of them were revoked. */
  readonly tokens: readonly ListedToken[];
  /** One more with each change: a change is made to the version that it has read. */
  readonly version: number;
}

/** Writes a client's item. */
export function serializeClientItem(client: ClientItem): Item {
  const { name, permissions, plan, state, usageIdentifierKey, readyAt, tokens, version } = client;
  const sources = client.allowedSources.join(' ');
  return {
    ...clientKey(name),
    ...attributes({
      permissions: permissions.join(' '),
      plan,
      state,
      usageIdentifierKey,
      allowedSources: sources === '' ? undefined : sources,
      readyAt,
      version,
    }),
    tokens: { L: tokens.map((token) => ({ M: attributes({ ...token }) })) },
  };
}

/**
 * Reads a client's item.
 *
 * @throws TypeError if it is not one that was written for a client
 */
export function parseClientItem(item: Item): ClientItem {
  const name = textAt(item, tableKey.sort);
  const permissions = parseGrants(textAt(item, 'permissions'));
  const state = [...clientStates, 'deleted' as const].find(
    (each) => each === textAt(item, 'state'),
  );
  const version = numberAt(item, 'version');
  if (!isClientName(name) || permissions === null || state === undefined || version === undefined) {
    throw new TypeError('malformed client item');
  }
  return {
    name,
    permissions,
    state,
    version,
    tokens: parseTokens(item.tokens),
    allowedSources: [],
    ...optional('allowedSources', item, wordsAt),
    ...optional('plan', item, textAt),
    ...optional('usageIdentifierKey', item, textAt),
    ...optional('readyAt', item, numberAt),
  };
}

function parseTokens(list: Attribute | undefined): ListedToken[] {
  if (!list || !('L' in list)) throw new TypeError('malformed client item');
  return list.L.map((entry) => {
    const token = 'M' in entry ? entry.M : {};
    const digest = textAt(token, 'digest');
    const issuedAt = numberAt(token, 'issuedAt');
    if (digest === undefined || issuedAt === undefined)
      throw new TypeError('malformed client item');
    return { digest, issuedAt, ...optional('expiresAt', token, numberAt) };
  });
}
