/** @import { ClientEntry, LimitsEntry } from '../entries.ts' */
import { byId, make, terms } from './dom.js';
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

/** @param {ClientEntry} client */
function clientCard({ name, stack, permissions, tokenId, rotateCommand, limits }) {
  /** @type {[string, ...(Node | string)[]][]} */
  const facts = [];
  if (stack !== null) facts.push(['Stack', make('code', {}, stack)]);
  if (tokenId !== null) facts.push(['Token', make('code', {}, tokenId)]);
  else facts.push(['Token', 'none: ', make('code', {}, rotateCommand)]);
  const granted = permissions.map((one) => make('code', { class: 'chip' }, one));
  if (granted.length > 0) facts.push(['May', make('span', { class: 'chips' }, ...granted)]);
  if (limits !== null) {
    const { rate, burst, quota, requestsToday } = limits;
    if (rate !== null) {
      const more = burst === null ? '' : `, ${counted(burst)} at once`;
      facts.push(['Limit', `${counted(rate)} a second${more}`]);
    }
    if (quota !== null) facts.push(['Quota', ...quotaView(quota, name)]);
    facts.push(['Today', counted(requestsToday, 'request')]);
  }
  return make('li', {}, make('h3', {}, name), terms(facts));
}

/**
 * Shows the clients, and offers them to the filter.
 *
 * @param {readonly ClientEntry[]} clients
 */
export function showClients(clients) {
  byId('clients', HTMLUListElement).replaceChildren(...clients.map(clientCard));
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
