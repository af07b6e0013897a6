import type { Pairs } from './request/headers.ts';
import { methodOverride } from './request/parse-request.ts';
import { requestContext } from './request-context.ts';
import type { Routed } from './stages.ts';

/**
 * The headers that API Gateway does not pass to functions.
 *
 * Source: API Gateway Developer Guide, "Amazon API Gateway important notes", the table's column for
 * Lambda.
 */
const hiddenHeaders = new Set([
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

function lastValues(pairs: Pairs): Record<string, string> {
  return Object.fromEntries(pairs);
}

function allValues(pairs: Pairs): Record<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  return Object.fromEntries(values);
}

function eventHeaders({ request, traceId }: Routed): Pairs {
  return [
    ...request.headers.filter(([name]) => !hiddenHeaders.has(name.toLowerCase())),
    ['X-Amzn-Trace-Id', traceId],
    ['X-Forwarded-For', request.sourceIp],
    ['X-Forwarded-Port', String(request.port)],
    ['X-Forwarded-Proto', 'http'],
  ];
}

/**
 * The part of a function's event that authorizers and integrations get alike.
 *
 * Header names are in the client's case; of several values the last one is the single value.
 */
export function requestEvent(routed: Routed) {
  const { api, request, route } = routed;
  const headers = eventHeaders(routed);
  return {
    resource: route.resource.path,
    path: request.path,
    httpMethod: request.method,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: lastValues(request.query),
    multiValueQueryStringParameters: allValues(request.query),
    pathParameters: { ...route.pathParameters },
    stageVariables: { ...api.stageVariables },
    requestContext: requestContext(routed),
  };
}
