import type { Route } from './route.ts';

/** What the authorizer has to know of an API to decide on clients that a table has. */
export interface TableApi {
  /** Which permission opens which routes. */
  readonly routes: Readonly<Record<string, readonly Route[]>>;
  /**
   * Pairs of permissions of which the first one's routes also match a method of the second: nobody gets
   * the first without the second. Synth decides this for clients in code; who is in the table, only the
   * authorizer knows.
   */
  readonly leaks: readonly (readonly [opened: string, leaked: string])[];
}

/** What the authorizer needs to decide on clients that a table has. */
export interface TableRegistry {
  /** In the order of `API_IDS`. */
  readonly apis: readonly TableApi[];
  /** Whether tokens of another form than ours are looked up, too. */
  readonly importedKeys: boolean;
}

/**
 * Reads the part of the client registry that is for a table.
 *
 * @throws TypeError if it is absent or malformed
 */
export function parseTableRegistry(value: unknown): TableRegistry {
  const { apis, importedKeys } = Object(value) as Partial<TableRegistry>;
  if (typeof importedKeys === 'boolean' && Array.isArray(apis) && apis.every(isTableApi)) {
    return { apis, importedKeys };
  }
  throw new TypeError('malformed table in the client registry');
}

function isTableApi(value: unknown): boolean {
  const { routes, leaks } = Object(value) as Partial<TableApi>;
  return (
    typeof routes === 'object' &&
    routes !== null &&
    Object.values(routes).every((its) => isTexts(its) && its.length > 0) &&
    Array.isArray(leaks) &&
    leaks.every((pair) => isTexts(pair) && pair.length === 2)
  );
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string' && text !== '');
