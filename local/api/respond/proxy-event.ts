import { isUtf8 } from 'node:buffer';
import { cut } from '../../split-once.ts';
import { Refusal } from '../refusal.ts';
import { mediaType, methodOverride, type Pairs, type Request } from '../request/parse-request.ts';
import type { Route } from '../request/route.ts';
import { type Exchange, requestContext } from '../request-context.ts';

type Values = Record<string, string>;
type MultiValues = Record<string, string[]>;

/**
 * What API Gateway takes out of the headers that functions see.
 *
 * Source: API Gateway Developer Guide, "Amazon API Gateway important notes", the table's column for
 * Lambda.
 */
const hidden = new Set([
  'connection',
  'content-length',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
  methodOverride,
]);

function single(pairs: Pairs): Values {
  return Object.fromEntries(pairs);
}

function multiple(pairs: Pairs): MultiValues {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}

function eventHeaders(exchange: Exchange, request: Request): Pairs {
  return [
    ...request.headers.filter(([name]) => !hidden.has(name.toLowerCase())),
    ['X-Amzn-Trace-Id', exchange.traceId],
    ['X-Forwarded-For', request.sourceIp],
    ['X-Forwarded-Port', String(request.port)],
    ['X-Forwarded-Proto', 'http'],
  ];
}

/** What the events for authorizers and for integrations have in common. */
function common(exchange: Exchange, request: Request, route: Route) {
  const headers = eventHeaders(exchange, request);
  return {
    resource: route.resource.path,
    path: request.path,
    httpMethod: request.method,
    headers: single(headers),
    multiValueHeaders: multiple(headers),
    queryStringParameters: single(request.query),
    multiValueQueryStringParameters: multiple(request.query),
    pathParameters: { ...route.pathParameters },
    stageVariables: { ...exchange.api.stageVariables },
    requestContext: requestContext(exchange),
  };
}

function orNull<T extends object>(value: T): T | null {
  return Object.keys(value).length > 0 ? value : null;
}

/** The ARN of a request's method, which policies are matched against. */
export function methodArn({ api }: Exchange, request: Request): string {
  const prefix = `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}`;
  return `${prefix}/${api.stage}/${request.method}${request.path}`;
}

/**
 * The event of a REQUEST authorizer.
 *
 * Source: API Gateway Developer Guide, "Input to an API Gateway Lambda authorizer".
 */
export function authorizerEvent(exchange: Exchange, request: Request, route: Route): object {
  return {
    type: 'REQUEST',
    methodArn: methodArn(exchange, request),
    ...common(exchange, request, route),
  };
}

/** Whether a content type is one of the API's binary media types, such as `image/png`, or `image/*`. */
export function isBinary(binaryMediaTypes: readonly string[], type: string): boolean {
  const [main] = cut(type, '/');
  return binaryMediaTypes
    .map((binary) => binary.toLowerCase())
    .some((binary) => binary === type || binary === '*/*' || binary === `${main}/*`);
}

/**
 * A body as a text.
 *
 * @throws Refusal when it is not UTF-8: what cannot be decoded would arrive as another character
 */
function textOf(body: Buffer): string {
  if (isUtf8(body)) return body.toString();
  const validationError = 'The request body is not UTF-8';
  throw new Refusal('BAD_REQUEST_BODY', 'Invalid request body', { validationError });
}

/**
 * The event of a function behind a Lambda proxy integration, format 1.0.
 *
 * Header names are in the client's case; of several values the last one is the single value. A body
 * of one of the API's binary media types is base64.
 * Source: API Gateway Developer Guide, "Input format of a Lambda function for proxy integration".
 *
 * @throws Refusal when any other body is not UTF-8
 */
export function proxyEvent(exchange: Exchange, request: Request, route: Route): object {
  const event = common(exchange, request, route);
  const binary = isBinary(exchange.api.binaryMediaTypes, mediaType(request.headers));
  const body = binary ? request.body.toString('base64') : textOf(request.body);
  return {
    ...event,
    queryStringParameters: orNull(event.queryStringParameters),
    multiValueQueryStringParameters: orNull(event.multiValueQueryStringParameters),
    pathParameters: orNull(event.pathParameters),
    stageVariables: orNull(event.stageVariables),
    body: body === '' ? null : body,
    isBase64Encoded: binary && body !== '',
  };
}
