import type { Route } from './route.ts';

/** What the authorizer needs to decide on clients that a table has. */
export interface TableRegistry {
  /** Which permission opens which routes. */
  readonly routes: Readonly<Record<string, readonly Route[]>>;
  /**
   * Pairs of permissions of which the first one's routes also match a method of the second: nobody gets
   * the first without the second. Synth decides this for clients in code; who is in the table, only the
   * authorizer knows.
   */
  readonly leaks: readonly (readonly [opened: string, leaked: string])[];
  /** Whether tokens of another form than ours are looked up, too. */
  readonly importedKeys: boolean;
}

/**
 * Reads the part of the client registry that is for a table.
 *
 * @throws TypeError if it is absent or malformed
 */
export function parseTableRegistry(value: unknown): TableRegistry {
  const { routes, leaks, importedKeys } = Object(value) as Partial<TableRegistry>;
  if (
    typeof importedKeys === 'boolean' &&
    typeof routes === 'object' &&
    routes !== null &&
    Object.values(routes).every((its) => isTexts(its) && its.length > 0) &&
    Array.isArray(leaks) &&
    leaks.every((pair) => isTexts(pair) && pair.length === 2)
  ) {
    return { routes, leaks, importedKeys };
  }
  throw new TypeError('malformed table in the client registry');
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string' && text !== '');
