/** @import { RequestEntry } from '../entries.ts' */
import { showDetails, updateDetails } from './details.js';
import { byId, make } from './dom.js';
import { clientPlace } from './place.js';
import { totalsText } from './totals.js';
import { counted, decisions, milliseconds, reasonOf, routeOf, timeOfDay } from './words.js';

const maxRows = 200;
const newsMs = 5000;

const rows = byId('rows', HTMLTableSectionElement);
const client = byId('client', HTMLSelectElement);
const refused = byId('refused', HTMLInputElement);
const pause = byId('pause', HTMLButtonElement);

/** @type {Map<string, { entry: RequestEntry, row: HTMLTableRowElement }>} the oldest first */
const shown = new Map();
/** @type {Map<string, RequestEntry>} what has come since the list was paused */
const held = new Map();
let startCommand = '';
let total = 0;
let paused = false;
/** @type {string | null} the client whose page is shown */
let only = null;
/** @type {RequestEntry[]} what has come since the last news */
let unsaid = [];

/**
 * @param {RequestEntry} entry
 * @param {HTMLTableRowElement} row
 */
function fill(row, entry) {
  const { time, decision, authorizer, status, totalMs } = entry;
  const name = entry.client ?? 'unknown';
  const stamp = new Date(time).toISOString();
  const why = make('button', {
    type: 'button',
    class: `badge ${decision}`,
    'aria-haspopup': 'dialog',
  });
  why.append(
    decisions[decision],
    make('span', { class: 'unseen' }, `: why? ${routeOf(entry)} by ${name}, ${timeOfDay(time)}`),
  );
  why.addEventListener('click', () => showDetails(shown.get(entry.id)?.entry ?? entry));
  const cell = (/** @type {string} */ kind, /** @type {(Node | string)[]} */ ...content) =>
    make('td', { class: kind }, ...content);
  row.append(
    cell('time', make('time', { datetime: stamp }, timeOfDay(time))),
    entry.client === null
      ? cell('client nobody', name)
      : cell('client', make('a', { href: clientPlace(name) }, name)),
    make('th', { scope: 'row', class: 'route' }, routeOf(entry)),
    cell('decision', why),
    cell('reason', reasonOf(entry)),
    cell(`authorizer ${authorizer.replace(' ', '-')}`, authorizer),
    cell('status number', String(status)),
    cell('latency number', milliseconds(totalMs)),
  );
}

/** @param {RequestEntry} entry */
function isWanted(entry) {
  if (only !== null)
    return entry.client === only && (!refused.checked || entry.decision !== 'allowed');
  const fits = client.value === '' || client.value === (entry.client ?? '?');
  return fits && (!refused.checked || entry.decision !== 'allowed');
}

/** @param {RequestEntry} entry */
function put(entry) {
  const known = shown.get(entry.id);
  if (known !== undefined) {
    known.entry = entry;
    updateDetails(entry);
    // Only the reason comes later; the button keeps the focus.
    const reason = known.row.querySelector('.reason');
    if (reason !== null) reason.textContent = reasonOf(entry);
    return;
  }
  const row = make('tr', {});
  fill(row, entry);
  row.hidden = !isWanted(entry);
  shown.set(entry.id, { entry, row });
  rows.prepend(row);
}

function forgetOldest() {
  for (const [id, { row }] of shown) {
    if (shown.size <= maxRows) return;
    if (row.contains(document.activeElement)) byId('requests', HTMLElement).focus();
    row.remove();
    shown.delete(id);
  }
}

function emptyText() {
  if (total === 0) {
    return `No requests yet. Paste one of the curl commands that ${startCommand} printed, or call the API with a token of your own:`;
  }
  const what = only === null || refused.checked ? 'like that' : `by ${only}`;
  return `None of the latest requests is ${what}.`;
}

function showState() {
  const latest = [...shown.values()].map(({ entry }) => entry);
  const visible = latest.filter(isWanted).length;
  byId('totals', HTMLParagraphElement).textContent = totalsText(latest, only, total);
  byId('list', HTMLDivElement).hidden = visible === 0;
  byId('empty', HTMLDivElement).hidden = visible > 0;
  byId('empty-text', HTMLParagraphElement).textContent = emptyText();
  const example = byId('example', HTMLPreElement);
  example.hidden = total > 0 || example.textContent === '';
  pause.setAttribute('aria-pressed', String(paused));
  const goOn = held.size === 0 ? 'Go on' : `Go on (${held.size} new)`;
  pause.textContent = paused ? goOn : 'Pause';
}

/** @param {Iterable<RequestEntry>} entries */
function show(entries) {
  for (const entry of entries) {
    if (!shown.has(entry.id)) unsaid.push(entry);
    put(entry);
  }
  forgetOldest();
  showState();
}

/** Tells those who cannot see the list what has come, once in a while and in a few words. */
function sayNews() {
  const notAllowed = unsaid.filter(({ decision }) => decision !== 'allowed').length;
  const more = notAllowed === 0 ? '' : `, ${notAllowed} not allowed`;
  byId('news', HTMLParagraphElement).textContent =
    unsaid.length === 0 ? '' : `${counted(unsaid.length, 'new request')}${more}`;
  unsaid = [];
}

/**
 * Takes new and changed requests.
 *
 * @param {readonly RequestEntry[]} requests
 * @param {number} totalNow
 */
export function takeRequests(requests, totalNow) {
  total = totalNow;
  if (!paused) {
    show(requests);
    return;
  }
  for (const entry of requests) held.set(entry.id, entry);
  for (const id of held.keys()) if (held.size > maxRows) held.delete(id);
  showState();
}

/**
 * Forgets everything: another gateway is there now.
 *
 * @param {string} command that started it
 */
export function startAnew(command) {
  startCommand = command;
  for (const { row } of shown.values()) row.remove();
  shown.clear();
  held.clear();
  total = 0;
  showState();
}

function filter() {
  for (const { entry, row } of shown.values()) row.hidden = !isWanted(entry);
  showState();
}

/**
 * Shows the requests of one client only, or all that the filter wants.
 *
 * @param {string | null} name
 */
export function showOnly(name) {
  only = name;
  byId('client-filter', HTMLLabelElement).hidden = name !== null;
  filter();
}

/** Has the filters, the pause and the news work. */
export function wireRequests() {
  client.addEventListener('change', filter);
  refused.addEventListener('change', filter);
  pause.addEventListener('click', () => {
    paused = !paused;
    const entries = [...held.values()];
    held.clear();
    show(entries);
  });
  setInterval(sayNews, newsMs);
}
