/** @import { RequestsEvent, StartEvent } from '../entries.ts' */
/** @import { ClientsEvent } from '../clients/entries.ts' */
import { refreshClientPage, showClientPage, wireClientPage } from './client-page.js';
import { showClients } from './clients.js';
import { wireDetails } from './details.js';
import { byId, make } from './dom.js';
import { clientHere } from './place.js';
import { showOnly, startAnew, takeRequests, wireRequests } from './requests.js';
import { refreshSearch, showTables, wireSearch } from './search.js';

const retryMs = 3000;
const connection = byId('connection', HTMLParagraphElement);

/**
 * @param {'live' | 'waiting'} state
 * @param {string} text
 */
function showConnection(state, text) {
  connection.dataset.state = state;
  if (connection.textContent !== text) connection.textContent = text;
  byId('stopped', HTMLParagraphElement).hidden = state === 'live';
}

/** @param {StartEvent} start */
function begin({ resumed, apis, startCommand, example }) {
  byId('apis', HTMLUListElement).replaceChildren(
    ...apis.map(({ label, url }) =>
      make('li', {}, make('code', {}, url), ...(label === null ? [] : [` ${label}`])),
    ),
  );
  byId('start-command', HTMLSpanElement).replaceChildren(make('code', {}, startCommand));
  byId('example', HTMLPreElement).textContent = example;
  if (!resumed) startAnew(startCommand);
  showConnection('live', 'Live');
}

function connect() {
  const events = new EventSource('/_console/events');
  const on = (/** @type {string} */ name, /** @type {(data: any) => void} */ take) =>
    events.addEventListener(name, ({ data }) => take(JSON.parse(data)));
  on('start', begin);
  on('clients', (/** @type {ClientsEvent} */ { clients, tables }) => {
    showClients(clients);
    showTables(tables);
    refreshClientPage();
  });
  on('requests', (/** @type {RequestsEvent} */ { requests, total }) => {
    takeRequests(requests, total);
    if (requests.some(({ client }) => client === clientHere())) refreshClientPage();
  });
  events.addEventListener('error', () => {
    showConnection('waiting', 'Reconnecting …');
    // The browser does not retry a refused connection.
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, retryMs);
  });
}

const documentTitle = document.title;

/** Shows what the address asks for: a client's page, or the overview. */
function showPlace() {
  const name = clientHere();
  document.title = name === null ? documentTitle : `${name} – ${documentTitle}`;
  byId('overview', HTMLElement).hidden = name !== null;
  byId('main', HTMLElement).classList.toggle('of-one', name !== null);
  showClientPage(name);
  showOnly(name);
}

/** Moves the focus with the page, as a new document would. */
function followPlace({ oldURL = '' }) {
  showPlace();
  if (clientHere() !== null) {
    byId('client-title', HTMLHeadingElement).focus();
    return;
  }
  refreshSearch();
  const from = new URL(oldURL).hash;
  const links = [...byId('overview', HTMLElement).querySelectorAll('a')];
  const back = links.find((link) => link.getAttribute('href') === from);
  (back ?? byId('clients-title', HTMLHeadingElement)).focus();
}

byId('skip', HTMLAnchorElement).addEventListener('click', (event) => {
  // The address names what is shown, and that stays.
  event.preventDefault();
  byId('requests', HTMLElement).focus();
});
addEventListener('hashchange', followPlace);
wireClientPage();
wireSearch();
showPlace();
wireDetails();
wireRequests();
connect();
