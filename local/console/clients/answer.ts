import { isClientName } from '../../../lambda/contract/access/client-name.ts';
import { type Directory, unreadable } from './directory.ts';

/** An answer of the console: a value, or a sentence that says why there is none. */
export type ConsoleAnswer =
  | { readonly status: 200; readonly value: object }
  | { readonly status: 400 | 503; readonly sentence: string };

/** The longest name of a client that is shown; other apps choose names, too. */
const maxNameLength = 512;

/** What the name of a client of a table may begin with. */
const isPrefix = (text: string): boolean => text === '' || /^[a-z][a-z0-9-]{0,63}$/.test(text);

const wrong = (sentence: string): ConsoleAnswer => ({ status: 400, sentence });

/** The parameters of a query, each of which may come once; undefined when there is another one. */
function parametersOf(query: string, allowed: readonly string[]) {
  const pairs = [...new URLSearchParams(query)];
  const names = new Set(pairs.map(([name]) => name));
  const isRight = names.size === pairs.length && pairs.every(([name]) => allowed.includes(name));
  return isRight ? new Map(pairs) : undefined;
}

/**
 * Searches a table: `table`, and if wanted what names begin with (`search`) and the last name of the page
 * before (`after`).
 */
export async function answerSearch(directory: Directory, query: string): Promise<ConsoleAnswer> {
  const parameters = parametersOf(query, ['table', 'search', 'after']);
  if (parameters === undefined) {
    return wrong('A search takes table, search and after, each of them once.');
  }
  const table = parameters.get('table');
  const search = parameters.get('search') ?? '';
  const after = parameters.get('after');
  if (!directory.tables().some(({ tableName }) => tableName === table)) {
    return wrong('table has to be the name of a client table that is served here.');
  }
  if (!isPrefix(search)) {
    return wrong(
      'search has to be the beginning of a name: at most 64 lower-case letters, digits and hyphens, a letter first.',
    );
  }
  if (after !== undefined && !(isClientName(after) && after.startsWith(search))) {
    return wrong('after has to be the name of the last client of the page before.');
  }
  try {
    return { status: 200, value: await directory.search(table as string, search, after) };
  } catch {
    return { status: 503, sentence: unreadable };
  }
}

/** Looks for the clients of a `name`. */
export async function answerClient(directory: Directory, query: string): Promise<ConsoleAnswer> {
  const name = parametersOf(query, ['name'])?.get('name');
  if (name === undefined || name === '' || name.length > maxNameLength) {
    return wrong(`name has to be there once, with 1 to ${maxNameLength} characters.`);
  }
  const answer = await directory.client(name);
  return answer.clients.length === 0 && answer.problem !== null
    ? { status: 503, sentence: answer.problem }
    : { status: 200, value: answer };
}
