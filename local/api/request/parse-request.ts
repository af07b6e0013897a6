import { splitOnce } from '../../split-once.ts';
import { Refusal } from '../refusal.ts';
import { decodeBody } from './decode-body.ts';
import { headerValues, type Pairs } from './headers.ts';
import type { RawRequest, Request } from './request.ts';

export const maxHeaderBytes = 10_240;

/** The header by which a client that can only send POST asks for another method. */
export const methodOverride = 'x-http-method-override';

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** Characters that API Gateway accepts in a query string only percent-encoded. */
const unencoded = /[|{}]/;

/** `;` separates parameters, as `&` does. */
function parseQuery(text: string): Pairs {
  if (unencoded.test(text)) throw new URIError('a character is not percent-encoded');
  return text
    .split(/[&;]/)
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name, value] = splitOnce(pair, '=');
      return [decode(name), decode(value)] as const;
    });
}

/** A path and query string from a request target, which a proxy's client sends as a whole URL. */
function splitTarget(target: string): [path: string, query: string] {
  const local = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '');
  const [path, query] = splitOnce(splitOnce(local, '#')[0], '?');
  return [path.startsWith('/') ? path : `/${path}`, query];
}

/** The path of a request target, however broken it is. */
export function pathOf(target: string): string {
  return splitTarget(target)[0];
}

/** The stage that a request target names, and the path below it. */
export function stageOf(target: string): [stage: string, rest: string] {
  return splitOnce(pathOf(target).slice(1), '/');
}

/**
 * Takes a request apart, and checks what API Gateway checks before it looks for a route: request
 * line and headers take at most 10,240 bytes, the body at most 10 MB.
 *
 * Source: API Gateway Developer Guide, "Quotas for configuring and running a REST API" and "Amazon
 * API Gateway important notes".
 *
 * @param minimumCompressionSize of the API, in bytes
 * @throws Refusal when the request is too large, its query string is not encoded properly, or its
 *   body is not in its `Content-Encoding`
 */
export function parseRequest(raw: RawRequest, minimumCompressionSize?: number): Request {
  const { method, target, headers, body } = raw;
  const size = [method, target, ...headers.flat()].join('').length;
  if (size > maxHeaderBytes) {
    throw new Refusal('DEFAULT_4XX', 'Request Header Fields Too Large', { statusCode: 431 });
  }
  if (body === undefined) throw new Refusal('REQUEST_TOO_LARGE', 'Request Too Long');
  const [fullPath, queryText] = splitTarget(target);
  const [stage, rest] = stageOf(target);
  let query: Pairs;
  try {
    query = parseQuery(queryText);
  } catch {
    throw new Refusal('DEFAULT_4XX', 'Bad Request');
  }
  return {
    ...raw,
    method: headerValues(headers, methodOverride).at(-1)?.toUpperCase() ?? method,
    body: decodeBody(body, headerValues(headers, 'content-encoding'), minimumCompressionSize),
    fullPath,
    stage,
    path: `/${rest}`,
    query,
  };
}
