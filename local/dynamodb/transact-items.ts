import deleteItem from 'dynalite/actions/deleteItem.js';
import putItem from 'dynalite/actions/putItem.js';
import updateItem from 'dynalite/actions/updateItem.js';
import db, { type Item, type Store, type Table } from 'dynalite/db/index.js';
import deleteRules from 'dynalite/validations/deleteItem.js';
import validations from 'dynalite/validations/index.js';
import putRules from 'dynalite/validations/putItem.js';
import updateRules from 'dynalite/validations/updateItem.js';
import { isObject } from '../json.ts';
import { isStoreError, type StoreError, validationError } from './store-error.ts';

/** One write or check of a transaction, whose form is right. */
export interface TransactItem {
  readonly tableName: string;
  /** dynalite's key of the item; absent when the item cannot be of the table: then it has a `fault`. */
  readonly key?: string;
  readonly fault?: StoreError;
  /** Whether it only looks. */
  readonly isCheck: boolean;
  /** Whether a condition that does not hold answers the item as it is. */
  readonly returnsOld: boolean;
  /**
   * Decides the condition and writes, with dynalite's own evaluator.
   *
   * @throws StoreError when it cannot
   */
  run(store: Store): Promise<void>;
}

/** The operations that a transaction may have, and dynalite's operation for each. */
const kinds = {
  Put: { action: putItem, rules: putRules, needed: 'Item' },
  Update: { action: updateItem, rules: updateRules, needed: 'UpdateExpression' },
  Delete: { action: deleteItem, rules: deleteRules, needed: 'Key' },
  // A deletion that is not written.
  ConditionCheck: { action: deleteItem, rules: deleteRules, needed: 'ConditionExpression' },
} as const;

/** The parameters that operations of a transaction have; single ones have some more. */
const parameters = [
  'TableName',
  'Key',
  'Item',
  'UpdateExpression',
  'ConditionExpression',
  'ExpressionAttributeNames',
  'ExpressionAttributeValues',
];

/**
 * Reads the operations of a transaction.
 *
 * Source: Amazon DynamoDB API Reference, TransactWriteItems.
 *
 * @throws StoreError when one is malformed, there are too many, or two are for one item
 */
export async function readTransactItems(store: Store, value: unknown): Promise<TransactItem[]> {
  const list = Array.isArray(value) ? value : [];
  if (list.length < 1 || list.length > 100) {
    throw validationError(
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length ${list.length < 1 ? 'greater than or equal to 1' : 'less than or equal to 100'}`,
    );
  }
  const read = list.map((each, index) => readItem(store, each, index + 1));
  const items: TransactItem[] = [];
  for (const located of read) items.push(await located());
  const known = items.flatMap(({ tableName, key }) =>
    key === undefined ? [] : [`${tableName}~${key}`],
  );
  if (new Set(known).size < known.length) {
    throw validationError('Transaction request cannot include multiple operations on one item');
  }
  return items;
}

/** Checks the form first; the result looks for the table. */
function readItem(store: Store, value: unknown, position: number): () => Promise<TransactItem> {
  const [[kind, input] = [], ...others] = Object.entries(isObject(value) ? value : {}).filter(
    ([, each]) => each != null,
  );
  const known = Object.entries(kinds).find(([name]) => name === kind)?.[1];
  if (known === undefined || others.length > 0 || !isObject(input)) {
    throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const { action, rules, needed } = known;
  if (input[needed] == null) {
    const member = `${lowerFirst(String(kind))}.${lowerFirst(needed)}`;
    throw validationError(
      `1 validation error detected: Value null at 'transactItems.${position}.member.${member}' failed to satisfy constraint: Member must not be null`,
    );
  }
  const own = Object.fromEntries(
    parameters.flatMap((name) => (name in input ? [[name, input[name]]] : [])),
  );
  const data = validations.checkTypes(own, rules.types);
  validations.checkValidations(data, rules.types, rules.custom, store);
  const tableName = String(data.TableName);
  return async () => {
    const table = await tableOf(store, tableName);
    const item = (kind === 'Put' ? data.Item : data.Key) as Item;
    const fault = kind === 'Put' ? db.validateItem(item, table) : db.validateKey(item, table);
    return {
      tableName,
      ...(isStoreError(fault) ? { fault } : { key: db.createKey(item, table) }),
      isCheck: kind === 'ConditionCheck',
      returnsOld: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
      run: (on) =>
        new Promise((resolve, reject) => {
          action(on, data, (error) => (error ? reject(error as Error) : resolve()));
        }),
    };
  };
}

function tableOf(store: Store, name: string): Promise<Table> {
  return new Promise((resolve, reject) => {
    store.getTable(name, (error, table) => (error ? reject(error as Error) : resolve(table)));
  });
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
