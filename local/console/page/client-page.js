/** @import { ClientAnswer, ClientDetails, TokenEntry } from '../clients/entries.ts' */
import { ask, latest } from './ask.js';
import { limitsFacts } from './clients.js';
import { become, byId, make, terms } from './dom.js';
import { moment, states } from './words.js';

const soonMs = 500;
const pollMs = 5000;

const view = byId('client-page', HTMLElement);
const title = byId('client-title', HTMLHeadingElement);
const status = byId('client-status', HTMLParagraphElement);

/** @type {string | null} */
let shownName = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

const read = latest((signal, /** @type {string} */ name) => ask('client', { name }, signal));

/**
 * @param {string} heading
 * @param {...(Node | string)} children
 */
const card = (heading, ...children) =>
  make('section', { class: 'card' }, make('h4', {}, heading), ...children);

/** @param {readonly string[]} texts */
const chips = (texts) =>
  make('span', { class: 'chips' }, ...texts.map((one) => make('code', { class: 'chip' }, one)));

/** @param {ClientDetails} client */
function limitsCard({ name, plan, limits }) {
  const planFacts = plan === null ? [] : [/** @type {const} */ (['Plan', plan])];
  if (limits !== null) return card('Limits', terms([...planFacts, ...limitsFacts(limits, name)]));
  const why =
    plan === null ? 'No usage plan limits it.' : 'Its API key is in no usage plan here so far.';
  return card('Limits', terms(planFacts), make('p', { class: 'quiet' }, why));
}

/** @param {ClientDetails} client */
function accessCard({ permissions, apis, allowedSources }) {
  return card(
    'Access',
    terms([
      ['May', ...(permissions.length === 0 ? ['not known'] : [chips(permissions)])],
      [
        'At',
        ...(apis.length === 0
          ? ['no API that is served here']
          : apis.map(({ label, url }) =>
              make('div', {}, make('code', {}, url), ...(label === null ? [] : [` ${label}`])),
            )),
      ],
      ['From', ...(allowedSources.length === 0 ? ['everywhere'] : [chips(allowedSources)])],
    ]),
  );
}

/** @param {TokenEntry} token */
function tokenView({ id, state, createdAt, endsAt, lastUsedAt }) {
  const end = endsAt === null ? 'no end set' : moment(endsAt);
  return make(
    'li',
    {},
    make('p', {}, make('code', {}, id), ' ', make('span', { class: `tag ${state}` }, state)),
    terms([
      ['Created', createdAt === null ? 'not known' : moment(createdAt)],
      [state === 'ended' ? 'Ended' : 'Ends', end],
      ['Last used', lastUsedAt === null ? 'not since the start' : moment(lastUsedAt)],
    ]),
  );
}

/** @param {ClientDetails} client */
function tokensCard({ tokens }) {
  return card(
    'Tokens',
    tokens.length === 0
      ? make('p', { class: 'quiet' }, 'None.')
      : make('ul', { class: 'tokens' }, ...tokens.map(tokenView)),
  );
}

/** @param {ClientDetails} client */
function commandsCard({ commands }) {
  const lines = commands.map(({ does, command }) =>
    make('li', {}, make('p', {}, does), make('pre', { class: 'command' }, command)),
  );
  const commandCard = card('Commands', make('ul', {}, ...lines));
  commandCard.classList.add('commands');
  return commandCard;
}

/** @param {ClientDetails} client */
function notices({ state, isInCodeToo, name }) {
  return [
    ...(isInCodeToo
      ? [`The code has a client ${name} too, which decides for as long as it is there.`]
      : []),
    ...(state === 'malformed' ? ['Its item was not written by the client function.'] : []),
  ].map((text) => make('p', { class: 'notice' }, text));
}

/**
 * @param {ClientDetails} client
 * @param {boolean} namesTable whether it takes the table's name to tell it from another client
 */
function clientView(client, namesTable) {
  const { kind, stack, table, state, readyAt, commands } = client;
  const until = readyAt === null ? '' : ` until ${moment(readyAt)}`;
  const where = make(
    'h3',
    {},
    kind === 'code' ? 'In code' : 'In the client table',
    ...(stack === null ? [] : [' ', make('code', {}, stack)]),
    ...(namesTable && table !== null ? [' ', make('code', {}, table)] : []),
    ' ',
    make('span', { class: `tag ${state.replace(' ', '-')}` }, `${states[state]}${until}`),
  );
  return make(
    'article',
    {},
    where,
    ...notices(client),
    make(
      'div',
      { class: 'cards' },
      tokensCard(client),
      limitsCard(client),
      accessCard(client),
      ...(commands.length === 0 ? [] : [commandsCard(client)]),
    ),
  );
}

/** @param {string} text */
function say(text) {
  if (status.textContent !== text) status.textContent = text;
  status.hidden = text === '';
  view.ariaBusy = 'false';
}

/** @param {readonly ClientDetails[]} clients */
function fill(clients) {
  const several = clients.filter(({ kind }) => kind === 'table').length > 1;
  const views = clients.map((client) => clientView(client, several));
  const content = make('div', { id: 'client-content' }, ...views);
  become(byId('client-content', HTMLDivElement), content);
}

/** @param {ClientAnswer} answer */
function show(answer) {
  const { clients, problem } = answer;
  say(
    problem ??
      (clients.length === 0
        ? 'No client of this name is known here. Requests to which an authorizer gives this name are below.'
        : ''),
  );
  fill(clients);
}

function refresh() {
  clearTimeout(soon);
  soon = undefined;
  if (shownName === null) read.forget();
  else void read.ask(show, say, shownName);
}

/**
 * Shows a client's page, or none.
 *
 * @param {string | null} name
 */
export function showClientPage(name) {
  view.hidden = name === null;
  if (name !== shownName) {
    fill([]);
    say('');
    view.ariaBusy = 'true';
  }
  shownName = name;
  title.textContent = name;
  refresh();
}

/** Reads the shown client again, soon: it has made requests, or its token may be another. */
export function refreshClientPage() {
  soon ??= setTimeout(refresh, soonMs);
}

/** Follows what changes without a request. */
export function wireClientPage() {
  setInterval(() => {
    if (!document.hidden) refresh();
  }, pollMs);
}
