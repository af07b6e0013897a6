import db, { type Item, type Operation, type Store } from 'dynalite/db/index.js';
import { recordingStore } from './recording-store.ts';
import { isStoreError, nameOf, refusal, type StoreError, validationError } from './store-error.ts';
import { readTransactItems, type TransactItem } from './transact-items.ts';

/** The most that the items of a transaction have together, in bytes. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Why a transaction was cancelled, for one of its operations. */
interface Reason {
  readonly Code: string;
  readonly Message?: unknown;
  readonly Item?: Item;
}

/**
 * Makes all writes of a transaction, or none. It holds the locks by which dynalite's own writes wait for
 * each other, decides everything by what there is, and writes in one batch of LevelDB, which is there as
 * a whole or not at all, after a crash too.
 *
 * Call it for one transaction at a time: each waits for several locks.
 *
 * Source: Amazon DynamoDB API Reference, TransactWriteItems.
 *
 * @throws StoreError when it is malformed, or cancelled
 */
export async function transactWrite(store: Store, transactItems: unknown): Promise<void> {
  const items = await readTransactItems(store, transactItems);
  const release = await lockAll(store, items);
  try {
    const writes = recordingStore(store);
    // What a check deletes is not written.
    const checks = recordingStore(store);
    const reasons: Reason[] = [];
    for (const item of items) {
      reasons.push(await reasonOf(item, store, item.isCheck ? checks.store : writes.store));
    }
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    if (bytesOf(writes.noted) > MAX_BYTES) {
      throw validationError('The items of the transaction have more than 4 MB together');
    }
    await store.db.batch(writes.noted);
  } finally {
    release();
  }
}

function bytesOf(operations: readonly Operation[]): number {
  const items = operations.flatMap((each) =>
    each.type === 'put' && each.key.startsWith('item-') ? [each.value as Item] : [],
  );
  return items.reduce((bytes, item) => bytes + db.itemSize(item), 0);
}

/** Waits until no other write of the items runs, and keeps others waiting. */
async function lockAll(store: Store, items: readonly TransactItem[]): Promise<() => void> {
  const releases: (() => void)[] = [];
  for (const [tableName, ofTable] of Map.groupBy(items, (item) => item.tableName)) {
    const keys = ofTable.flatMap(({ key }) => key ?? []);
    if (keys.length === 0) continue;
    await new Promise<void>((resolve) => {
      store.getItemDb(tableName).lock(keys, (release) => {
        releases.push(release(() => undefined));
        resolve();
      });
    });
  }
  return () => {
    for (const release of releases) release();
  };
}

async function reasonOf(item: TransactItem, store: Store, recording: Store): Promise<Reason> {
  try {
    if (item.fault !== undefined) throw item.fault;
    await item.run(recording);
    return { Code: 'None' };
  } catch (error) {
    if (!isStoreError(error)) throw error;
    const name = nameOf(error);
    const { message: Message } = error.body;
    if (name === 'ValidationException') return { Code: 'ValidationError', Message };
    if (name !== 'ConditionalCheckFailedException') throw error;
    const Item = item.returnsOld ? await read(store, item) : undefined;
    return { Code: 'ConditionalCheckFailed', Message, ...(Item && { Item }) };
  }
}

function read(store: Store, { tableName, key = '' }: TransactItem): Promise<Item | undefined> {
  return new Promise((resolve, reject) => {
    store
      .getItemDb(tableName)
      .get(key, (error, item) => (error ? reject(error as Error) : resolve(item)));
  });
}

function cancelled(reasons: readonly Reason[]): StoreError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return refusal('com.amazonaws.dynamodb.v20120810#TransactionCanceledException', {
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons: reasons,
  });
}
