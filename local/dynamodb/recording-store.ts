import type { Operation, Store, SubStore } from 'dynalite/db/index.js';

/** A store in which dynalite's operations read what there is, and only note what they would write. */
export interface RecordingStore {
  readonly store: Store;
  /** What they would write, for one batch. */
  readonly noted: readonly Operation[];
}

/**
 * Makes such a store. It locks nothing: whoever uses it holds the locks of all keys.
 *
 * The keys in the batch are those that dynalite makes in `getSubDb` of its `db/index.js`.
 */
export function recordingStore(store: Store): RecordingStore {
  const noted: Operation[] = [];
  const record = (sub: SubStore, prefix: string): SubStore => ({
    get: (key, callback) => sub.get(key, callback),
    put(key, value, callback) {
      noted.push({ type: 'put', key: `${prefix}~${key}`, value });
      callback(null);
    },
    del(key, callback) {
      noted.push({ type: 'del', key: `${prefix}~${key}` });
      callback(null);
    },
    lock: (_, run) => run((done) => done),
  });
  return {
    noted,
    store: {
      ...store,
      getItemDb: (table) => record(store.getItemDb(table), `item-${table}`),
      getIndexDb: (type, table, index) =>
        record(
          store.getIndexDb(type, table, index),
          `index-${type.toLowerCase()}~${table}~${index}`,
        ),
    },
  };
}
