/** @import { ClientEntry, RequestsEvent, StartEvent } from '../entries.ts' */
import { showClients } from './clients.js';
import { wireDetails } from './details.js';
import { byId, make } from './dom.js';
import { startAnew, takeRequests, wireRequests } from './requests.js';

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
  on('clients', (/** @type {ClientEntry[]} */ clients) => showClients(clients));
  on('requests', (/** @type {RequestsEvent} */ { requests, total }) => {
    takeRequests(requests, total);
  });
  events.addEventListener('error', () => {
    showConnection('waiting', 'Reconnecting …');
    // The browser does not retry a refused connection.
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, retryMs);
  });
}

wireDetails();
wireRequests();
connect();
