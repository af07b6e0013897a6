import { isClientName } from '../access/client-name.ts';
import { type Grant, isGrant } from '../access/permission.ts';
import { sourcesFault } from '../access/source-fault.ts';
import { type ClientState, clientStates } from '../table/token-item.ts';
import { isOverlap, MAX_OVERLAP_SECONDS } from './issuer.ts';

/** The most clients that one import takes. */
export const MAX_IMPORTED = 100;

/** The most clients that one page lists. */
export const MAX_PAGE = 100;

/** A client to be made. */
export interface NewClient {
  readonly client: string;
  readonly permissions: readonly Grant[];
  /** The tier whose limits it gets; left out only where usage plans are left out. */
  readonly plan?: string;
  /** The addresses and blocks from which it may call; left out, or none: from everywhere. */
  readonly allowedSources?: readonly string[];
  /** SHA-256 of its token as 43 characters of base64url. */
  readonly digest: string;
}

/** What an operator may ask of the client function. No request and no answer holds a token. */
export type ClientOperation =
  | ({ readonly operation: 'create' } & NewClient)
  | {
      readonly operation: 'set';
      readonly client: string;
      readonly permissions?: readonly Grant[];
      readonly plan?: string;
      readonly state?: ClientState;
      /** None: from everywhere. */
      readonly allowedSources?: readonly string[];
    }
  | {
      readonly operation: 'rotate';
      readonly client: string;
      /** The new token's. The same one repeats the request. */
      readonly digest: string;
      /** How long the old token stays valid, in seconds; left out: what the stack was deployed with. */
      readonly overlapSeconds?: number;
      /**
       * The id of the token that was the current one when the operator decided: if it is another by now,
       * the operation is refused. Left out: whichever it is.
       */
      readonly currentId?: string;
    }
  | {
      readonly operation: 'revoke';
      readonly client: string;
      /** Only those on their way out, or the current one as well. */
      readonly tokens: 'previous' | 'all';
      /** As for `rotate`; only where the previous ones are meant. */
      readonly currentId?: string;
    }
  | { readonly operation: 'delete'; readonly client: string }
  | { readonly operation: 'import'; readonly clients: readonly NewClient[] }
  /** Makes keys and plans follow the table. */
  | { readonly operation: 'sync' }
  | { readonly operation: 'get'; readonly client: string }
  /** Whose a token is. */
  | { readonly operation: 'find'; readonly digest: string }
  | {
      readonly operation: 'list';
      /** The name of the last client of the page before; left out: the first page. */
      readonly after?: string;
      /** At most 100, which is also what is taken when it is left out. */
      readonly limit?: number;
    };

/** A client as the function answers it. */
export interface ClientView {
  readonly client: string;
  readonly permissions: readonly string[];
  readonly plan?: string;
  /** The addresses and blocks from which it may call; absent: from everywhere. */
  readonly allowedSources?: readonly string[];
  /** `pending` until API Gateway knows its key for sure, at `readyAt`. */
  readonly state: ClientState | 'deleted' | 'pending';
  /** In milliseconds since 1970; only while the client is pending. */
  readonly readyAt?: number;
  readonly version: number;
  /** The current token first. */
  readonly tokens: readonly {
    /** The token's public fingerprint. */
    readonly id: string;
    readonly issuedAt: number;
    readonly expiresAt?: number;
  }[];
  /** Whether the app's code has a client of this name too: until that one goes, it decides. */
  readonly isInCode?: true;
}

/** A client, with the ids by which API Gateway counts its requests. */
export interface ClientDetails extends ClientView {
  /** Absent where usage plans are left out. */
  readonly usagePlanId?: string;
  /** Absent as well while API Gateway does not have the key yet. */
  readonly apiKeyId?: string;
}

/** What became of one client of an import. */
export interface ImportedClient {
  readonly client: string;
  /** `unchanged`: it was there already, just so. */
  readonly outcome: 'created' | 'unchanged' | 'failed';
  /** In milliseconds since 1970; only for a client that is pending. */
  readonly readyAt?: number;
  /** Why it failed: one sentence. */
  readonly reason?: string;
}

/** What the function answers to each operation. */
export interface ClientAnswers {
  readonly create: ClientView;
  readonly set: ClientView;
  readonly rotate: ClientView;
  readonly revoke: ClientView;
  /** `null` if there was no such client any more. */
  readonly delete: null;
  readonly import: readonly ImportedClient[];
  readonly sync: {
    readonly keysMade: number;
    readonly keysMoved: number;
    readonly keysRemoved: number;
  };
  readonly get: ClientDetails | null;
  /** The token is one of the client's tokens. */
  readonly find: { readonly client: ClientView; readonly tokenId: string } | null;
  readonly list: {
    readonly clients: readonly ClientView[];
    /** The `after` of the next page; absent on the last one. */
    readonly next?: string;
  };
}

/** The answer to an operation that cannot be done. An error is a fault, and sets an alarm off. */
export interface RefusedOperation {
  /** A sentence for the operator. */
  readonly refused: string;
}

/** Why the function refuses an operation; `undefined` if it does not. */
export function refusalIn(answer: unknown): string | undefined {
  const { refused } = Object(answer) as Partial<RefusedOperation>;
  return typeof refused === 'string' ? refused : undefined;
}

/** SHA-256 as base64url: the last of 43 characters has two bits to spare, which are 0. */
const DIGEST = /^[\w-]{42}[AEIMQUYcgkosw048]$/;

/** Whether a text can be a token's digest: 43 characters of base64url. */
export const isDigest = (value: unknown): value is string =>
  typeof value === 'string' && DIGEST.test(value);

/** Whether a text can be a token's id. */
export const isTokenId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\da-f]{12}$/.test(value);

/**
 * Reads an operator's request.
 *
 * @throws TypeError that names the field that is wrong
 */
export function parseClientOperation(value: unknown): ClientOperation {
  const fields = Object(value) as Readonly<Record<string, unknown>>;
  const { operation } = fields;
  switch (operation) {
    case 'create':
      return { operation, ...parseNewClient(fields) };
    case 'set':
      return { operation, client: clientOf(fields), ...changesOf(fields) };
    case 'rotate':
      return {
        operation,
        client: clientOf(fields),
        digest: digestIn(fields),
        ...overlapOf(fields),
        ...currentOf(fields),
      };
    case 'revoke':
      return {
        operation,
        client: clientOf(fields),
        tokens: tokensOf(fields),
        ...currentOf(fields),
      };
    case 'delete':
    case 'get':
      return { operation, client: clientOf(fields) };
    case 'find':
      return { operation, digest: digestIn(fields) };
    case 'import':
      return { operation, clients: newClientsOf(fields) };
    case 'list':
      return { operation, ...pageOf(fields) };
    case 'sync':
      return { operation };
    default:
      throw new TypeError('there is no such operation');
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parseNewClient(fields: Fields): NewClient {
  const { plan, allowedSources } = fields;
  return {
    client: clientOf(fields),
    permissions: permissionsOf(fields),
    ...(plan !== undefined && { plan: planOf(plan) }),
    ...(allowedSources !== undefined && { allowedSources: sourcesOf(allowedSources) }),
    digest: digestIn(fields),
  };
}

function newClientsOf({ clients }: Fields): NewClient[] {
  if (!Array.isArray(clients) || clients.length === 0 || clients.length > MAX_IMPORTED) {
    throw new TypeError(`clients must be a list of 1 to ${MAX_IMPORTED}`);
  }
  return clients.map((client) => parseNewClient(Object(client) as Fields));
}

function changesOf(fields: Fields) {
  const { permissions, plan, state, allowedSources } = fields;
  if ([permissions, plan, state, allowedSources].every((field) => field === undefined)) {
    throw new TypeError('permissions, plan, state or allowedSources must be given');
  }
  return {
    ...(permissions !== undefined && { permissions: permissionsOf(fields) }),
    ...(plan !== undefined && { plan: planOf(plan) }),
    ...(state !== undefined && { state: stateOf(state) }),
    ...(allowedSources !== undefined && { allowedSources: sourcesOf(allowedSources) }),
  };
}

function clientOf({ client }: Fields): string {
  if (isClientName(client)) return client;
  throw new TypeError(
    'client must be lower-case words with hyphens between, at most 64 characters',
  );
}

/** No policy has room for more. */
const MAX_PERMISSIONS = 100;

function permissionsOf({ permissions }: Fields): Grant[] {
  if (
    Array.isArray(permissions) &&
    permissions.length > 0 &&
    permissions.length <= MAX_PERMISSIONS &&
    permissions.every(isGrant)
  ) {
    return [...new Set(permissions)];
  }
  throw new TypeError('permissions must be a list of permissions such as job.create, job.* or *');
}

function planOf(plan: unknown): string {
  if (typeof plan === 'string' && plan.length > 0 && plan.length <= 64) return plan;
  throw new TypeError('plan must be the name of a plan');
}

function sourcesOf(sources: unknown): string[] {
  const list: unknown = Array.isArray(sources) ? [...new Set(sources)] : undefined;
  if (!Array.isArray(list)) throw new TypeError('allowedSources must be a list of sources');
  const fault = sourcesFault(list);
  if (fault !== undefined) throw new TypeError(`allowedSources is malformed: ${fault}`);
  return list;
}

function stateOf(state: unknown): ClientState {
  const found = clientStates.find((each) => each === state);
  if (found !== undefined) return found;
  throw new TypeError(`state must be ${clientStates.join(' or ')}`);
}

function digestIn({ digest }: Fields): string {
  if (isDigest(digest)) return digest;
  throw new TypeError('digest must be a SHA-256 as 43 characters of base64url');
}

function tokensOf({ tokens }: Fields): 'previous' | 'all' {
  if (tokens === 'previous' || tokens === 'all') return tokens;
  throw new TypeError('tokens must be previous or all');
}

function overlapOf({ overlapSeconds }: Fields) {
  if (overlapSeconds === undefined) return {};
  if (isOverlap(overlapSeconds)) return { overlapSeconds };
  throw new TypeError(`overlapSeconds must be a whole number from 0 to ${MAX_OVERLAP_SECONDS}`);
}

function currentOf({ currentId }: Fields) {
  if (currentId === undefined) return {};
  if (isTokenId(currentId)) return { currentId };
  throw new TypeError('currentId must be the id of a token, 12 hexadecimal digits');
}

function pageOf({ after, limit }: Fields) {
  if (after !== undefined && !isClientName(after)) {
    throw new TypeError('after must be the name of a client');
  }
  const isLimit = limit === undefined || (Number.isInteger(limit) && Number(limit) >= 1);
  if (!isLimit || Number(limit ?? 1) > MAX_PAGE) {
    throw new TypeError(`limit must be a whole number from 1 to ${MAX_PAGE}`);
  }
  return {
    ...(after !== undefined && { after }),
    ...(limit !== undefined && { limit: Number(limit) }),
  };
}
