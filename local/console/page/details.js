/** @import { PolicyEntry, RequestEntry } from '../entries.ts' */
import { byId, make, terms } from './dom.js';
import { stepsView } from './steps.js';
import { decisions, explanationOf, milliseconds, routeOf, timeOfDay, verdicts } from './words.js';

/** @param {PolicyEntry['statements'][number]} statement */
function statementView({ effect, actions, resources }) {
  const lines = resources.map(({ pattern, matches }) =>
    make(
      'li',
      matches ? { class: 'matches' } : {},
      make('code', {}, pattern),
      ...(matches ? [make('span', { class: 'match' }, 'matches')] : []),
    ),
  );
  return make(
    'li',
    { class: 'statement' },
    make('p', {}, make('strong', {}, effect), ' ', make('code', {}, actions.join(', ')), ' on'),
    make('ul', {}, ...lines),
  );
}

/** @param {PolicyEntry} policy */
function policyView({ principal, methodArn, verdict, statements }) {
  return make(
    'section',
    {},
    make('h3', {}, 'Policy'),
    make('p', {}, verdicts[verdict]),
    terms([
      ['Principal', make('code', {}, principal)],
      ['Evaluated for', make('code', {}, methodArn)],
    ]),
    make('ol', { class: 'policy' }, ...statements.map(statementView)),
  );
}

/** @param {RequestEntry} request */
function facts({ id, time, client, status, type, reason, authorizer, authorizerMs, totalMs }) {
  const took = authorizerMs === null ? '' : `, ${milliseconds(authorizerMs)}`;
  return terms([
    ['Client', client ?? 'unknown'],
    ['Status', String(status)],
    ...(type === null ? [] : [/** @type {const} */ (['Response type', make('code', {}, type)])]),
    ...(reason === null ? [] : [/** @type {const} */ (['Reason', make('code', {}, reason)])]),
    ['Authorizer', `${authorizer}${took}`],
    ['Latency', milliseconds(totalMs)],
    ['Time', timeOfDay(time)],
    ['Request id', make('code', {}, id)],
  ]);
}

const dialog = byId('details', HTMLDialogElement);

/** @param {RequestEntry} request */
function fill(request) {
  const { id, decision, policy, authorizer } = request;
  dialog.dataset.request = id;
  byId('details-title', HTMLHeadingElement).textContent =
    `${decisions[decision]}: ${routeOf(request)}`;
  const none =
    authorizer === 'called' ? 'The authorizer gave no policy.' : 'No policy was asked for.';
  byId('details-content', HTMLDivElement).replaceChildren(
    make('p', { class: 'explanation' }, explanationOf(request)),
    stepsView(request),
    policy === null ? make('p', { class: 'quiet' }, none) : policyView(policy),
    make('section', {}, make('h3', {}, 'Request'), facts(request)),
  );
}

/**
 * Opens the details of a request. Escape or the button close them, and the browser returns the focus.
 *
 * @param {RequestEntry} request
 */
export function showDetails(request) {
  fill(request);
  dialog.showModal();
}

/**
 * Shows what is known of a request by now, if its details are open.
 *
 * @param {RequestEntry} request
 */
export function updateDetails(request) {
  if (dialog.open && dialog.dataset.request === request.id) fill(request);
}

/** Has the dialog close by its button, and by a click beside it. */
export function wireDetails() {
  byId('close', HTMLButtonElement).addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
}
