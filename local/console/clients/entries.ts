import type { ClientEntry, LimitsEntry } from '../entries.ts';

/** What the console shows of clients that somebody asks for. Nothing in it is a secret. */

/** A table whose clients can be searched. */
export interface TableEntry {
  readonly tableName: string;
  /** The stack that has it; null when no other one has clients. */
  readonly stack: string | null;
  /** The command that adds a client to it. */
  readonly createCommand: string;
}

/** The `clients` event: the clients in code, and where the others are. */
export interface ClientsEvent {
  readonly clients: readonly ClientEntry[];
  readonly tables: readonly TableEntry[];
}

/** Whether a client may call. `malformed`: its item was written by somebody else. */
export type StateEntry = 'active' | 'suspended' | 'deleted' | 'pending' | 'no token' | 'malformed';

/** One client of a table, as a search finds it. */
export interface FoundClient {
  readonly name: string;
  readonly plan: string | null;
  readonly state: StateEntry;
}

/** The answer to a search: a page of clients in the order of their names. */
export interface FoundClients {
  readonly clients: readonly FoundClient[];
  /** The `after` of the next page; null on the last one. */
  readonly next: string | null;
}

/** One token of a client, by its public fingerprint. */
export interface TokenEntry {
  readonly id: string;
  /** `pending`: a rotation has made it, and nothing accepts it yet. */
  readonly state: 'current' | 'previous' | 'pending' | 'ended';
  /** In milliseconds since 1970, like the other times; null when nobody wrote it down. */
  readonly createdAt: number | null;
  /** The moment from which it is refused; null when it has no end. */
  readonly endsAt: number | null;
  /** When it last came with a request since the gateway started; null when it did not. */
  readonly lastUsedAt: number | null;
}

/** All that the console knows of a client. */
export interface ClientDetails {
  readonly name: string;
  readonly kind: 'code' | 'table';
  /** The stack that has it; null when no other one has clients. */
  readonly stack: string | null;
  /** The table that it is in; null for one in code. */
  readonly table: string | null;
  readonly state: StateEntry;
  /** When a pending client may call, in milliseconds since 1970; null for any other. */
  readonly readyAt: number | null;
  /** Whether the code has a client of this name, too: while it does, that one decides. */
  readonly isInCodeToo: boolean;
  readonly permissions: readonly string[];
  /** The addresses and blocks from which it may call; none: from everywhere. */
  readonly allowedSources: readonly string[];
  /** The APIs whose authorizer knows it. */
  readonly apis: readonly { readonly label: string | null; readonly url: string }[];
  /** The tier of a client of the table. */
  readonly plan: string | null;
  readonly limits: LimitsEntry | null;
  readonly tokens: readonly TokenEntry[];
  /** Commands that change its tokens; none where the operator's command cannot. */
  readonly commands: readonly { readonly does: string; readonly command: string }[];
}

/** The answer to a question for a client's name: usually one, and one more in each other stack. */
export interface ClientAnswer {
  readonly clients: readonly ClientDetails[];
  /** What could not be read, in a sentence. */
  readonly problem: string | null;
}
