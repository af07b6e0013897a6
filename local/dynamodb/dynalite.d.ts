/** dynalite ships without types; this is what its documentation promises. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface Options {
    /** Folder of the LevelDB store; in memory when left out. */
    readonly path?: string;
    /** Milliseconds that a table stays in the state CREATING. */
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  export default function dynalite(options?: Options): Server;
}

/** From here on: parts that its documentation does not promise, as its version 4.0.0 has them. */
declare module 'dynalite/db/index.js' {
  type Callback<T> = (error: unknown, value: T) => void;
  type Item = Readonly<Record<string, unknown>>;

  /** Items, or entries of an index, by their keys. */
  interface SubStore {
    get(key: string, callback: Callback<Item | undefined>): void;
    put(key: string, value: unknown, callback: Callback<void>): void;
    del(key: string, callback: Callback<void>): void;
    /** Waits for the keys; `release` makes the function that frees them, and then calls `done`. */
    lock(
      keys: string | readonly string[],
      run: (release: <Done extends (...args: never[]) => void>(done: Done) => Done) => void,
    ): void;
  }

  type Operation =
    | { readonly type: 'put'; readonly key: string; readonly value: unknown }
    | { readonly type: 'del'; readonly key: string };

  interface Store {
    /** The LevelDB store of all tables. */
    readonly db: { batch(operations: readonly Operation[]): Promise<void> };
    getTable(name: string, callback: Callback<Table>): void;
    getItemDb(table: string): SubStore;
    getIndexDb(type: string, table: string, index: string): SubStore;
  }

  interface Table {
    readonly TableName: string;
  }

  const db: {
    create: (options?: object) => Store;
    /** Why an item cannot be of the table; nothing when it can. */
    readonly validateItem: (item: Item, table: Table) => Error | null | undefined;
    readonly validateKey: (key: Item, table: Table) => Error | null | undefined;
    readonly createKey: (itemOrKey: Item, table: Table) => string;
    readonly itemSize: (item: Item) => number;
  };

  export type { Item, Operation, Store, SubStore, Table };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  import type { Store } from 'dynalite/db/index.js';

  type Fields = Readonly<Record<string, unknown>>;
  type Check = (data: Fields, store: Store) => string | undefined;

  const validations: {
    /** Removes what an operation does not have from `data`. */
    readonly checkTypes: (data: Fields, types: object) => Fields;
    readonly checkValidations: (data: Fields, types: object, custom: Check, store: Store) => void;
  };

  export type { Check, Fields };
  export default validations;
}

declare module 'dynalite/validations/*Item.js' {
  import type { Check } from 'dynalite/validations/index.js';

  const validation: { readonly types: object; readonly custom: Check };
  export default validation;
}

declare module 'dynalite/actions/*Item.js' {
  import type { Store } from 'dynalite/db/index.js';
  import type { Fields } from 'dynalite/validations/index.js';

  const action: (store: Store, data: Fields, callback: (error: unknown) => void) => void;
  export default action;
}
