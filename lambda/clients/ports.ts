import type { ClientItem } from '../contract/table/client-item.ts';
import type { TokenItem } from '../contract/table/token-item.ts';
import type { ClientFunctionRegistry } from '../contract/wiring/client-function.ts';
import type { ResultCache } from '../issuer/ports.ts';
import type { Log } from '../log.ts';

/** An API key of a plan that no client has yet. Its name is its value. */
export interface SpareKey {
  readonly value: string;
  /** `making` until API Gateway has it for sure; only then may a client take it. */
  readonly state: 'making' | 'spare';
  /** When API Gateway had it, or when that began, in milliseconds since 1970. */
  readonly madeAt: number;
}

/** One write of a change, with the condition on which all of the change depends. */
export type TableWrite =
  | {
      readonly write: 'client';
      readonly client: ClientItem;
      /** The version that is there; `undefined`: no such client. */
      readonly replaces: number | undefined;
    }
  | {
      readonly write: 'token';
      readonly token: TokenItem;
      /**
       * `new`: there is no such item. Otherwise it is this client's, and had not ended by this moment,
       * in milliseconds since 1970: what has ended never changes again.
       */
      readonly replaces: 'new' | { readonly validAt: number };
    }
  /** Takes a spare key away from its plan, for a client: it is there, and spare. */
  | { readonly write: 'take'; readonly plan: string; readonly key: SpareKey };

/** What the client function needs of the client table. Everything is read consistently. */
export interface ClientTable {
  /** @throws TypeError if the item is not one that was written for a client */
  client(name: string): Promise<ClientItem | undefined>;
  /** @throws TypeError if the item is not one that was written for this token */
  token(digest: string): Promise<TokenItem | undefined>;
  /** A page of clients in the order of their names. */
  clients(page: { readonly after?: string; readonly limit: number }): Promise<{
    readonly clients: readonly ClientItem[];
    /** The `after` of the next page; absent on the last one. */
    readonly next?: string;
  }>;
  /**
   * Writes all of a change, or nothing.
   *
   * @throws StaleError if a condition does not hold, or others write the same items just now
   */
  change(writes: readonly TableWrite[]): Promise<void>;
  /**
   * Removes a deleted client's item.
   *
   * @throws StaleError if it is no longer there in this version
   */
  removeClient(client: ClientItem): Promise<void>;
  /** All keys of a plan that no client has. */
  spareKeys(plan: string): Promise<readonly SpareKey[]>;
  /** Adds a key that no client has. */
  addSpareKey(plan: string, key: SpareKey): Promise<void>;
  /**
   * Writes a key that no client has.
   *
   * @throws StaleError if it is no longer there: a key that was taken does not come back
   */
  changeSpareKey(plan: string, key: SpareKey): Promise<void>;
}

/** An API key, as a usage plan lists it. */
export interface ListedKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
}

/** What the client function needs of API Gateway's keys. Plans go by the names of their tiers. */
export interface ApiKeys {
  /**
   * Makes a key whose name is its value.
   *
   * @returns its id; `undefined` if there is a key of this value
   */
  make(value: string): Promise<string | undefined>;
  /**
   * Makes keys in a plan, all in one call. A key that is there already stays.
   *
   * @returns whether API Gateway says that all went well; if not, some may be there and some not
   */
  makeMany(values: readonly string[], plan: string): Promise<boolean>;
  /** The id of the key whose name is its value; `undefined` if there is none. */
  idOf(value: string): Promise<string | undefined>;
  /** Which of the tiers' plans a key is in. */
  plansOf(id: string): Promise<readonly string[]>;
  /**
   * Puts a key into a plan.
   *
   * @returns `false` if it was there already, is in another plan of the same stage, or is no more
   */
  addToPlan(id: string, plan: string): Promise<boolean>;
  /** Takes a key out of a plan, if it is there. */
  removeFromPlan(id: string, plan: string): Promise<void>;
  /** Removes a key, if it is there. */
  remove(id: string): Promise<void>;
  /** A page of the keys that were made for this table, in a plan or in none. */
  allKeys(
    position?: string,
  ): Promise<{ readonly keys: readonly ListedKey[]; readonly next?: string }>;
  /** A page of the keys of a plan. */
  keysOf(
    plan: string,
    position?: string,
  ): Promise<{ readonly keys: readonly ListedKey[]; readonly next?: string }>;
  /** The id of the usage plan. */
  planId(plan: string): string;
}

/** What the client function works with. */
export interface ClientPorts {
  readonly table: ClientTable;
  readonly keys: ApiKeys;
  readonly cache: ResultCache;
  readonly registry: ClientFunctionRegistry;
  /** How long an old token stays valid, unless an operator says otherwise, in seconds. */
  readonly overlapSeconds: number;
  /** How old an API key has to be before a client depends on it, in seconds. */
  readonly keyDelaySeconds: number;
  readonly log: Log;
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number;
  /** Waits some milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** A new key's value: 40 random hexadecimal digits. */
  readonly newKeyValue: () => string;
}

/** The table is no longer what it was when it was read. */
export class StaleError extends Error {
  override readonly name = 'StaleError';
}
