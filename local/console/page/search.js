/** @import { FoundClient, FoundClients, TableEntry } from '../clients/entries.ts' */
import { ask, latest } from './ask.js';
import { filterCards } from './clients.js';
import { byId, make } from './dom.js';
import { clientPlace } from './place.js';
import { counted, states } from './words.js';

const patienceMs = 200;
/** More than anybody reads: who looks for one client types more of its name. */
const maxShown = 500;

const field = byId('search', HTMLInputElement);

/**
 * @typedef {object} Part the clients of one table
 * @property {TableEntry} table
 * @property {HTMLElement} section
 * @property {() => void} refresh shows the first page anew
 */

/** @type {Part[]} */
let parts = [];

const wanted = () => field.value.trim().toLowerCase();

/** @param {string} text */
const canBeginName = (text) => text === '' || /^[a-z][a-z0-9-]{0,63}$/.test(text);

/** @param {FoundClient} client */
function row({ name, plan, state }) {
  return make(
    'li',
    {},
    make('a', { href: clientPlace(name) }, name),
    make(
      'span',
      { class: 'about' },
      ...(state === 'active' ? [] : [make('span', { class: 'state' }, states[state])]),
      ...(plan === null ? [] : [plan]),
    ),
  );
}

/**
 * @param {number} count
 * @param {string} search
 * @param {boolean} isAll
 */
function found(count, search, isAll) {
  const what = search === '' ? '' : ` whose name begins with “${search}”`;
  if (count === 0) return search === '' ? 'No clients yet.' : `No name begins with “${search}”.`;
  if (isAll) return `${counted(count, 'client')}${what}`;
  const hint = count < maxShown ? '' : ': type more of the name to see others';
  return `The first ${counted(count)} clients${what}${hint}`;
}

/**
 * @param {TableEntry} table
 * @param {number} index
 * @param {readonly TableEntry[]} all
 * @returns {Part}
 */
function partOf(table, index, all) {
  const { tableName, stack, createCommand } = table;
  const title = make('h3', { id: `table-${index}` }, 'In the client table');
  if (stack !== null) title.append(' ', make('code', {}, stack));
  if (all.length > 1) title.append(' ', make('code', {}, tableName));
  const status = make('p', { class: 'found', role: 'status' });
  const list = make('ul', { class: 'found-clients' });
  const more = make('button', { type: 'button' }, 'Show more');
  const hint = make('pre', {}, createCommand);
  more.hidden = true;
  hint.hidden = true;
  const section = make(
    'section',
    { class: 'table', 'aria-labelledby': title.id },
    title,
    status,
    hint,
    list,
    more,
  );
  const search = latest((signal, /** @type {Record<string, string>} */ query) =>
    ask('clients', { table: tableName, ...query }, signal),
  );
  let shown = '';
  let shownPrefix = '';
  /** @type {string | null} */
  let next = null;

  /** @param {string} text */
  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };

  /** @param {string} sentence */
  const fail = (sentence) => {
    shown = '';
    list.replaceChildren();
    more.hidden = true;
    hint.hidden = true;
    say(sentence);
  };

  /** @param {string} prefix */
  function sum(prefix) {
    const count = list.childElementCount;
    more.hidden = next === null || count >= maxShown;
    hint.hidden = count > 0 || prefix !== '';
    say(found(count, prefix, next === null));
  }

  function refresh() {
    const prefix = wanted();
    if (!canBeginName(prefix)) {
      search.forget();
      fail('A name has lower-case letters, digits and hyphens only, and a letter first.');
      return;
    }
    void search.ask(
      (/** @type {FoundClients} */ page) => {
        const text = JSON.stringify([prefix, page]);
        // What has not changed keeps its place, and the focus in it.
        if (text !== shown) {
          list.replaceChildren(...page.clients.map(row));
          next = page.next;
        }
        shown = text;
        shownPrefix = prefix;
        sum(prefix);
      },
      fail,
      { search: prefix },
    );
  }

  more.addEventListener('click', () => {
    const prefix = shownPrefix;
    void search.ask(
      (/** @type {FoundClients} */ page) => {
        const rows = page.clients.map(row);
        list.append(...rows);
        next = page.next;
        sum(prefix);
        if (more.hidden) rows[0]?.querySelector('a')?.focus();
      },
      fail,
      { search: prefix, after: next ?? '' },
    );
  });
  return { table, section, refresh };
}

/** Shows again what the search finds by now. */
export function refreshSearch() {
  filterCards(wanted());
  for (const part of parts) part.refresh();
}

/**
 * Shows the tables that there are, and the first clients of each.
 *
 * @param {readonly TableEntry[]} tables
 */
export function showTables(tables) {
  filterCards(wanted());
  if (JSON.stringify(tables) === JSON.stringify(parts.map(({ table }) => table))) return;
  parts = tables.map(partOf);
  byId('search-part', HTMLDivElement).hidden = parts.length === 0;
  byId('in-code', HTMLHeadingElement).hidden = parts.length === 0;
  byId('tables', HTMLDivElement).replaceChildren(...parts.map(({ section }) => section));
  refreshSearch();
}

/** Has the field search while somebody types, and again when they come back from the terminal. */
export function wireSearch() {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  field.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(refreshSearch, patienceMs);
  });
  addEventListener('focus', refreshSearch);
}
