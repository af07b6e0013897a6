/** @import { RequestEntry } from '../entries.ts' */

/**
 * What the types of gateway responses mean: in two or three words, and in a sentence.
 *
 * @type {Readonly<Record<string, readonly [short: string, sentence: string]>>}
 */
const refusals = {
  ACCESS_DENIED: ['no permission', 'The client is known, and its policy does not open this route.'],
  API_CONFIGURATION_ERROR: ['configuration fault', 'The API or its function is misconfigured.'],
  AUTHORIZER_CONFIGURATION_ERROR: [
    'unusable policy',
    'The authorizer answered with something that API Gateway does not take for a policy.',
  ],
  AUTHORIZER_FAILURE: ['authorizer fault', 'The authorizer failed, or took too long.'],
  BAD_REQUEST_BODY: ['body not valid', 'The body is not as the model of this method says.'],
  BAD_REQUEST_PARAMETERS: ['parameter missing', 'A parameter that this method needs is missing.'],
  DEFAULT_4XX: ['malformed request', 'API Gateway could not make sense of the request.'],
  DEFAULT_5XX: ['function fault', 'The function behind the route failed.'],
  FORBIDDEN: ['no such stage', 'The path does not begin with the stage of the API.'],
  INTEGRATION_TIMEOUT: ['function too slow', 'The function did not answer in time.'],
  INVALID_API_KEY: [
    'no usage plan',
    'The client is known, and no usage plan of the stage has its key.',
  ],
  MISSING_AUTHENTICATION_TOKEN: ['no such route', 'The API has no method on this path.'],
  QUOTA_EXCEEDED: ['quota used up', 'The client has used its quota for this period.'],
  REQUEST_TOO_LARGE: ['too large', 'The request is larger than API Gateway takes.'],
  THROTTLED: ['rate limit', 'More requests at once than the client’s limits let through.'],
  UNAUTHORIZED: ['not recognised', 'The authorizer does not accept the API token.'],
  UNSUPPORTED_MEDIA_TYPE: ['media type', 'The method does not take this Content-Type.'],
};

export const decisions = { allowed: 'Allowed', refused: 'Refused', failed: 'Failed' };

/** Whether a client may call. */
export const states = {
  active: 'active',
  suspended: 'suspended',
  deleted: 'being deleted',
  pending: 'pending',
  'no token': 'no token',
  malformed: 'malformed',
};

export const verdicts = {
  allow: 'The policy allows it.',
  deny: 'No statement of the policy allows it.',
  'explicit deny': 'A statement of the policy denies it.',
};

const count = new Intl.NumberFormat('en');

/**
 * A whole number with commas, and its noun.
 *
 * @param {number} value
 * @param {string} [noun] in the singular
 */
export function counted(value, noun) {
  const number = count.format(value);
  return noun === undefined ? number : `${number} ${noun}${value === 1 ? '' : 's'}`;
}

/**
 * The route that a request was for. A path that is no route is not shown: it may hold anything.
 *
 * @param {RequestEntry} request
 */
export function routeOf({ api, method, route }) {
  const call = `${method} ${route ?? '(no such route)'}`;
  return api === null ? call : `${api}: ${call}`;
}

/**
 * Why a request was not allowed, in two or three words; a dash for one that was.
 *
 * @param {RequestEntry} request
 */
export function reasonOf({ type, reason, authorizer }) {
  if (type === null) return '–';
  if (reason !== null) return reasonText(reason);
  if (type === 'UNAUTHORIZED' && authorizer === 'not called') return 'no token';
  return refusals[type]?.[0] ?? type.toLowerCase().replaceAll('_', ' ');
}

/**
 * What happened to a request, in a sentence.
 *
 * @param {RequestEntry} request
 */
export function explanationOf({ type, authorizer, policy, decision }) {
  if (type === 'UNAUTHORIZED' && authorizer === 'not called') {
    return 'The request has no API token: API Gateway refuses it without calling the authorizer.';
  }
  if (type !== null) return refusals[type]?.[1] ?? 'API Gateway answered by itself.';
  if (decision === 'failed')
    return 'The request was allowed, and its function answered with a fault.';
  if (policy === null) return 'The route is open to everybody.';
  return authorizer === 'cached'
    ? 'The authorizer was not called: its policy for this token was still in the cache.'
    : 'The authorizer recognised the token, and its policy opens this route.';
}

/**
 * An authorizer's reason in words.
 *
 * @param {string} reason such as `unknown_token`
 */
export const reasonText = (reason) => reason.replaceAll('_', ' ');

/**
 * How long something lasts, as one would say it.
 *
 * @param {number} ms
 */
export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/**
 * A date with its time of day.
 *
 * @param {number} ms since 1970
 */
export const moment = (ms) => dateAndTime.format(ms);

/** @param {number} ms */
export function milliseconds(ms) {
  return `${ms < 10 ? ms.toFixed(1) : count.format(Math.round(ms))} ms`;
}

/**
 * The time of day.
 *
 * @param {number} ms since 1970
 */
export function timeOfDay(ms) {
  return new Date(ms).toLocaleTimeString('en-GB');
}
