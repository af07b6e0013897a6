/** @import { RequestEntry } from '../entries.ts' */
/** @import { IdentitySource, Step } from '../../api/step.ts' */
import { make } from './dom.js';
import { counted, duration, explanationOf, milliseconds, reasonText, routeOf } from './words.js';

const kinds = {
  header: 'header',
  querystring: 'query parameter',
  path: 'path parameter',
  context: '$context',
  stageVariables: 'stage variable',
};
const periods = { DAY: 'a day', WEEK: 'a week', MONTH: 'a month' };

/** @param {IdentitySource} source */
function sourceText({ kind, name, isPresent }) {
  const text = kind === 'context' ? `$context.${name}` : `${kinds[kind]} ${name}`;
  return `${text} ${isPresent ? 'is there' : 'is missing or empty'}`;
}

/** @param {readonly string[]} parts */
function sentence(parts) {
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** @param {RequestEntry} request */
function reasonOfAuthorizer({ steps, reason, type }) {
  if (reason !== null) return reasonText(reason);
  if (steps.some(({ step }) => step === 'policy')) return 'recognised';
  return type === 'UNAUTHORIZED' ? 'not recognised' : 'fault';
}

/** @param {RequestEntry} request */
function policyText({ policy }) {
  if (policy === null) return 'Evaluated.';
  const { principal, statements, verdict } = policy;
  const decisive = verdict === 'explicit deny' ? 'Deny' : 'Allow';
  const index = statements.findIndex(
    ({ effect, resources }) => effect === decisive && resources.some(({ matches }) => matches),
  );
  const which =
    index === -1
      ? 'no statement allows this route'
      : `statement ${index + 1}, ${decisive === 'Deny' ? 'a Deny' : 'an Allow'}, fits this route`;
  return sentence([`of principal ${principal}`, which]);
}

/**
 * @param {Extract<Step, { step: 'limits' }>} step
 * @param {string | null} type
 */
function limitsText({ plan, rate, burst, quota }, type) {
  const rateText =
    rate === null || burst === null
      ? []
      : [
          `${type === 'THROTTLED' ? 'more than' : 'within'} ${counted(rate)} a second, ${counted(burst)} at once`,
        ];
  const quotaText =
    quota === null || type === 'THROTTLED'
      ? []
      : [
          `${type === 'QUOTA_EXCEEDED' ? 'beyond' : 'within'} ${counted(quota.limit)} ${periods[quota.period]}`,
        ];
  const none = rate === null && quota === null ? ['no limits'] : [];
  return sentence([plan, ...rateText, ...quotaText, ...none]);
}

/**
 * @param {Extract<Step, { step: 'validation' }>} step
 * @param {string | null} type of the refusal that ended here
 */
function validationText({ parameters, checksBody }, type) {
  const names = parameters.join(', ');
  if (type === 'BAD_REQUEST_PARAMETERS') return `One of these is missing: ${names}.`;
  const passed =
    parameters.length === 0 ? [] : [`${names} ${parameters.length === 1 ? 'is' : 'are'} there`];
  const body = type === null ? 'the body fits its model' : 'the body does not fit its model';
  const all = [...passed, ...(checksBody ? [body] : [])];
  return all.length === 0 ? 'Nothing has to be validated.' : sentence(all);
}

/**
 * @param {Extract<Step, { step: 'integration' }>} step
 * @param {RequestEntry} request
 */
function integrationText({ type, ms }, { status, type: refusal }) {
  const what = type === 'MOCK' ? 'a mock' : 'the function';
  const took = ms === null ? [] : [`took ${milliseconds(ms)}`];
  return sentence([
    refusal === null
      ? `${what} answered with ${status}`
      : `${what} gave no answer that can be used`,
    ...took,
  ]);
}

/**
 * The name of a step, and what came of it.
 *
 * @param {Step} step
 * @param {RequestEntry} request
 * @param {string | null} type of the refusal that ended here
 * @returns {readonly [name: string, says: string]}
 */
function wordsOf(step, request, type) {
  switch (step.step) {
    case 'request':
      return ['Request', type === null ? 'Size and form are accepted.' : explanationOf(request)];
    case 'route':
      return ['Route', type === null ? `${routeOf(request)} serves it.` : explanationOf(request)];
    case 'open':
      return ['Authorizer', 'The route is open: none is asked.'];
    case 'identity': {
      const all = step.sources.map(sourceText);
      const ended = type === 'UNAUTHORIZED' ? ['the authorizer is not asked'] : [];
      return [
        'Identity source',
        sentence(all.length === 0 ? ['none is needed'] : [...all, ...ended]),
      ];
    }
    case 'kept': {
      const left = step.keptForMs === null ? [] : [`kept for ${duration(step.keptForMs)} more`];
      return ['Kept result', sentence(['found, so that the authorizer is not asked', ...left])];
    }
    case 'asked': {
      const took = step.ms === null ? '' : ` in ${milliseconds(step.ms)}`;
      const kept = step.keptForMs === null ? [] : [`kept for ${duration(step.keptForMs)}`];
      return [
        'Authorizer',
        sentence([`asked, and answered${took}: ${reasonOfAuthorizer(request)}`, ...kept]),
      ];
    }
    case 'policy':
      return ['Policy', policyText(request)];
    case 'key': {
      const from = step.from === 'HEADER' ? 'header x-api-key' : 'the authorizer';
      return [
        'API key',
        type === null
          ? `From ${from}; it is in a usage plan.`
          : `From ${from}; no usage plan of the stage has it.`,
      ];
    }
    case 'limits':
      return ['Usage plan', limitsText(step, type)];
    case 'validation':
      return ['Validation', validationText(step, type)];
    case 'integration':
      return ['Integration', integrationText(step, request)];
  }
}

/**
 * The steps of a request as an ordered list: only those that it came to, and which one ended it.
 *
 * @param {RequestEntry} request
 */
export function stepsView(request) {
  const { steps, type, status } = request;
  const items = steps.map((step, index) => {
    const endedBy = index === steps.length - 1 ? type : null;
    const [name, says] = wordsOf(step, request, endedBy);
    return make(
      'li',
      { class: endedBy === null ? 'passed' : 'ended' },
      make('strong', {}, name),
      ...(endedBy === null ? [] : [' ', make('span', { class: 'tag' }, 'ended here')]),
      make('p', {}, says),
    );
  });
  const own = make(
    'li',
    { class: 'answered' },
    make('strong', {}, 'Gateway response'),
    make('p', {}, make('code', {}, type ?? ''), `, status ${status}.`),
  );
  return make(
    'section',
    {},
    make('h3', {}, 'Step by step'),
    make('ol', { class: 'steps' }, ...items, ...(type === null ? [] : [own])),
  );
}
