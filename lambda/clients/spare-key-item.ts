import { attributes, type Item, numberAt, textAt } from '../contract/table/attributes.ts';
import { spareKeyKey, tableKey } from '../contract/table/table-key.ts';
import type { SpareKey } from './ports.ts';

/** Writes a spare key's item. */
export function serializeSpareKey(plan: string, { value, state, madeAt }: SpareKey): Item {
  return { ...spareKeyKey(plan, value), ...attributes({ state, madeAt }) };
}

/**
 * Reads a spare key's item.
 *
 * @throws TypeError if it is not one that was written for a spare key
 */
export function parseSpareKey(item: Item): SpareKey {
  const value = textAt(item, tableKey.sort);
  const state = textAt(item, 'state');
  const madeAt = numberAt(item, 'madeAt');
  if (value === undefined || madeAt === undefined || (state !== 'making' && state !== 'spare')) {
    throw new TypeError('malformed spare key item');
  }
  return { value, state, madeAt };
}
