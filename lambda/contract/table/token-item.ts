import { isClientName } from '../access/client-name.ts';
import { type Grant, isGrant } from '../access/permission.ts';
import { attributes, type Item, numberAt, textAt } from './attributes.ts';
import { TTL_ATTRIBUTE, tokenKey } from './table-key.ts';

/** Whether a client may call: a suspended one keeps its tokens, and all of them are refused. */
export const clientStates = ['active', 'suspended'] as const;

/** Whether a client may call. */
export type ClientState = (typeof clientStates)[number];

/** All that a decision on a token needs, in one item. */
export interface TokenItem {
  /** SHA-256 of the token as 43 characters of base64url. */
  readonly digest: string;
  readonly clientName: string;
  readonly permissions: readonly Grant[];
  readonly state: ClientState;
  /** The value of the client's API key; absent where usage plans are left out. No credential. */
  readonly usageIdentifierKey?: string;
  /** The addresses and blocks from which the client may call; left out: from everywhere. */
  readonly allowedSources?: readonly string[];
  /**
   * When API Gateway knows the client's API key for sure, in milliseconds since 1970: until then the
   * token is refused. Absent: now.
   */
  readonly readyAt?: number;
  /** The moment from which the token is refused, in milliseconds since 1970; absent: it has no end. */
  readonly expiresAt?: number;
}

/** How long an ended token's item stays, for the log to say that it has ended, in milliseconds. */
const KEPT_AFTER_END = 7 * 24 * 60 * 60 * 1_000;

/** Writes a token's item. */
export function serializeTokenItem(token: TokenItem): Item {
  const { digest, clientName, permissions, allowedSources, expiresAt } = token;
  const { state, usageIdentifierKey, readyAt } = token;
  return {
    ...tokenKey(digest),
    ...attributes({
      clientName,
      permissions: permissions.join(' '),
      state,
      usageIdentifierKey,
      allowedSources: allowedSources?.join(' '),
      readyAt,
      expiresAt,
      [TTL_ATTRIBUTE]:
        expiresAt === undefined ? undefined : Math.ceil((expiresAt + KEPT_AFTER_END) / 1_000),
    }),
  };
}

/**
 * Reads a token's item.
 *
 * @param digest the token's, by which the item was found
 * @throws TypeError if it is not one that was written for this token: that is a fault, and no refusal
 */
export function parseTokenItem(digest: string, item: Item): TokenItem {
  const clientName = textAt(item, 'clientName');
  const permissions = parseGrants(textAt(item, 'permissions'));
  const state = clientStates.find((each) => each === textAt(item, 'state'));
  if (!isClientName(clientName) || permissions === null || state === undefined) {
    throw new TypeError('malformed token item');
  }
  return {
    digest,
    clientName,
    permissions,
    state,
    ...optional('usageIdentifierKey', item, textAt),
    ...optional('allowedSources', item, wordsAt),
    ...optional('readyAt', item, numberAt),
    ...optional('expiresAt', item, numberAt),
  };
}

/** The words of a text; `undefined` if there are none. */
export function wordsAt(item: Item, name: string): readonly string[] | undefined {
  const words =
    textAt(item, name)
      ?.split(' ')
      .filter((word) => word !== '') ?? [];
  return words.length > 0 ? words : undefined;
}

/** Reads grants with single spaces between; `null` if there is none, or one is malformed. */
export function parseGrants(text: string | undefined): Grant[] | null {
  const grants = text?.split(' ');
  return grants?.every(isGrant) ? grants : null;
}

/**
 * A field that may be absent, and nothing else.
 *
 * @throws TypeError if it is there in another form: an end that cannot be read is not "no end"
 */
export function optional<N extends string, T>(
  name: N,
  item: Item,
  read: (item: Item, name: string) => T | undefined,
): { [key in N]?: T } {
  if (!(name in item)) return {};
  const value = read(item, name);
  if (value === undefined) throw new TypeError(`malformed ${name} in an item`);
  return { [name]: value } as { [key in N]?: T };
}
