import type { Paint } from '../../terminal/paint.ts';
import { type ClientTable, createCommand } from '../client-tables.ts';

/** The most clients that are counted. */
export const MAX_COUNTED = 1_000;

/**
 * How many clients a table has, and how to add one: the gateway knows no token of theirs.
 *
 * @param count at most one more than are counted; `undefined` when the table cannot be read
 * @param areSeveralStacks whether several stacks have clients
 */
export function tableLines(
  table: ClientTable,
  count: number | undefined,
  areSeveralStacks: boolean,
  paint: Paint,
): string[] {
  const stack = areSeveralStacks ? table.stackName : null;
  const title = stack === null ? '' : ` (${stack})`;
  return [
    '',
    `${paint('cyan', 'client table')}${title}: ${countText(count)}`,
    `  ${createCommand(table, stack)}`,
  ];
}

function countText(count: number | undefined): string {
  if (count === undefined) return 'its clients cannot be counted';
  if (count > MAX_COUNTED) return `more than ${MAX_COUNTED} clients`;
  return count === 1 ? '1 client' : `${count} clients`;
}
