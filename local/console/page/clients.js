/** @import { ClientEntry, LimitsEntry } from '../entries.ts' */
import { become, byId, make, terms } from './dom.js';
import { clientPlace } from './place.js';
import { counted } from './words.js';

const periods = { DAY: 'today', WEEK: 'this week', MONTH: 'this month' };

/** @param {NonNullable<LimitsEntry['quota']>} quota */
function quotaView({ limit, remaining, period }, /** @type {string} */ name) {
  const text = `${counted(remaining)} of ${counted(limit)} left ${periods[period]}`;
  const meter = make('meter', {
    min: '0',
    max: String(limit),
    low: String(limit * 0.2),
    optimum: String(limit),
    value: String(remaining),
    'aria-label': `Quota of ${name}: ${text}`,
  });
  return [meter, text];
}

/**
 * What limits a client, and what it has used.
 *
 * @param {LimitsEntry} limits
 * @param {string} name
 * @returns {[string, ...(Node | string)[]][]}
 */
export function limitsFacts({ rate, burst, quota, requestsToday }, name) {
  const more = burst === null ? '' : `, ${counted(burst)} at once`;
  return [
    ...(rate === null
      ? []
      : [/** @type {[string, string]} */ (['Limit', `${counted(rate)} a second${more}`])]),
    ...(quota === null
      ? []
      : [/** @type {[string, ...(Node | string)[]]} */ (['Quota', ...quotaView(quota, name)])]),
    ['Today', counted(requestsToday, 'request')],
  ];
}

/** @param {ClientEntry} client */
function clientCard({ name, stack, permissions, tokenId, rotateCommand, limits }) {
  /** @type {[string, ...(Node | string)[]][]} */
  const facts = [];
  if (stack !== null) facts.push(['Stack', make('code', {}, stack)]);
  if (tokenId !== null) facts.push(['Token', make('code', {}, tokenId)]);
  else facts.push(['Token', 'none: ', make('code', {}, rotateCommand)]);
  const granted = permissions.map((one) => make('code', { class: 'chip' }, one));
  if (granted.length > 0) facts.push(['May', make('span', { class: 'chips' }, ...granted)]);
  if (limits !== null) facts.push(...limitsFacts(limits, name));
  const link = make('a', { href: clientPlace(name) }, name);
  return make('li', { 'data-name': name }, make('h3', {}, link), terms(facts));
}

/**
 * Shows the cards of those clients only whose name begins so.
 *
 * @param {string} prefix
 */
export function filterCards(prefix) {
  const cards = [...byId('clients', HTMLUListElement).querySelectorAll('li')];
  for (const card of cards) card.hidden = !card.dataset.name?.startsWith(prefix);
  byId('code-clients', HTMLDivElement).hidden = cards.every((card) => card.hidden);
}

/**
 * Shows the clients, and offers them to the filter.
 *
 * @param {readonly ClientEntry[]} clients
 */
export function showClients(clients) {
  const list = make('ul', { id: 'clients' }, ...clients.map(clientCard));
  become(byId('clients', HTMLUListElement), list);
  const select = byId('client', HTMLSelectElement);
  const names = [...new Set(clients.map(({ name }) => name))];
  const shown = [...select.options].map(({ value }) => value);
  // An open list must not change under the pointer.
  if (['', ...names, '?'].join() === shown.join()) return;
  const { value } = select;
  select.replaceChildren(
    make('option', { value: '' }, 'all'),
    ...names.map((name) => make('option', { value: name }, name)),
    make('option', { value: '?' }, 'unknown'),
  );
  select.value = names.includes(value) || value === '?' ? value : '';
}
