import { cut } from '../../split-once.ts';
import { Refusal } from '../refusal.ts';
import { decodeBody } from './decode-body.ts';

/** Name and value, in the order and the case in which the client sent them. */
export type Pairs = readonly (readonly [name: string, value: string])[];

/** A request as it came over the wire. */
export interface RawRequest {
  readonly method: string;
  /** The request target: normally a path with a query string, percent-encoded. */
  readonly target: string;
  readonly headers: Pairs;
  /** Undefined when it is larger than the gateway reads. */
  readonly body: Buffer | undefined;
  readonly sourceIp: string;
  /** The port on which it came in. */
  readonly port: number;
  readonly httpVersion: string;
}

/** A request whose target is taken apart. */
export interface Request extends RawRequest {
  /** The one that the client asks for by `X-HTTP-Method-Override`, if it does. */
  readonly method: string;
  /** Without the coding that the API takes off. */
  readonly body: Buffer;
  /** Percent-encoded, with the stage. */
  readonly fullPath: string;
  readonly stage: string;
  /** Percent-encoded, below the stage; at least `/`. */
  readonly path: string;
  readonly query: Pairs;
}

export const maxHeaderBytes = 10_240;

/** The header by which a client that can only send POST asks for another method. */
export const methodOverride = 'x-http-method-override';

/** The values of a header, whatever the case of its name. */
export function headerValues(headers: Pairs, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([header]) => header.toLowerCase() === wanted).map(([, value]) => value);
}

/**
 * The media type of the body, in lower case and without parameters; JSON when there is none, or an
 * empty one.
 */
export function mediaType(headers: Pairs): string {
  const [type] = cut(headerValues(headers, 'content-type').join(), ';');
  return type.trim().toLowerCase() || 'application/json';
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/** What a query string may hold only percent-encoded, says API Gateway. */
const unencoded = /[|{}]/;

/** `;` parts parameters as `&` does. */
function parseQuery(text: string): Pairs {
  if (unencoded.test(text)) throw new URIError('a character is not percent-encoded');
  return text
    .split(/[&;]/)
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name, value] = cut(pair, '=');
      return [decode(name), decode(value)] as const;
    });
}

/** A path and query string from a request target, which a proxy's client sends as a whole URL. */
function splitTarget(target: string): [path: string, query: string] {
  const local = target.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '');
  const [path, query] = cut(cut(local, '#')[0], '?');
  return [path.startsWith('/') ? path : `/${path}`, query];
}

/** The request line's path and query string, however broken they are. */
export function pathOf(target: string): string {
  return splitTarget(target)[0];
}

/**
 * Takes a request apart, and checks what API Gateway checks before it looks for a route: request
 * line and headers take at most 10,240 bytes, the body at most 10 MB.
 *
 * Source: API Gateway Developer Guide, "Quotas for configuring and running a REST API" and "Amazon
 * API Gateway important notes".
 *
 * @param minimumCompressionSize of the API
 * @throws Refusal when the request is too large, its query string is not encoded properly, or its
 *   body does not have the coding that it says
 */
export function parseRequest(raw: RawRequest, minimumCompressionSize?: number): Request {
  const { method, target, headers, body } = raw;
  const size = [method, target, ...headers.flat()].join('').length;
  if (size > maxHeaderBytes) {
    throw new Refusal('DEFAULT_4XX', 'Request Header Fields Too Large', { statusCode: 431 });
  }
  if (body === undefined) throw new Refusal('REQUEST_TOO_LARGE', 'Request Too Long');
  const [fullPath, queryText] = splitTarget(target);
  const [stage, rest] = cut(fullPath.slice(1), '/');
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
