import { randomUUID } from 'node:crypto';
import { randomId } from '../random-id.ts';
import type { Authorization } from './authorize/authorize.ts';
import type { PlannedKey } from './authorize/usage-plans.ts';
import type { Refusal } from './refusal.ts';
import type { RawRequest, Request } from './request/parse-request.ts';
import type { Route } from './request/route.ts';
import { domainName, type RestApi } from './rest-api.ts';

/** Everything that is known of one request so far; the gateway fills it in on the request's way. */
export interface Exchange {
  readonly api: RestApi;
  readonly raw: RawRequest;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly traceId: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  request?: Request;
  route?: Route;
  authorizer?: Readonly<Record<string, string | number>> & { readonly principalId: string };
  /** The key of a request to a method that wants one. */
  planned?: PlannedKey;
  /** What the authorizer has decided; missing when nobody was asked, or the authorizer failed. */
  authorization?: Authorization;
  refusal?: Refusal;
}

/** A request that has just come in, with identifiers of its own. */
export function newExchange(api: RestApi, raw: RawRequest, now: number): Exchange {
  const seconds = Math.floor(now / 1000).toString(16);
  return {
    api,
    raw,
    requestId: randomUUID(),
    extendedRequestId: `${randomId(11, 'base64url')}=`,
    traceId: `Root=1-${seconds}-${randomId(12, 'hex')}`,
    receivedAt: now,
  };
}

/** A time in the Common Log Format, in UTC: `10/Oct/2026:13:55:36 +0000`. */
export function commonLogTime(epochMs: number): string {
  // `Sat, 10 Oct 2026 13:55:36 GMT`
  const text = new Date(epochMs).toUTCString();
  return `${text.slice(5, 16).replaceAll(' ', '/')}:${text.slice(17, 25)} +0000`;
}

/** A header's last value, whatever the case of its name; null when there is none. */
function lastHeader(exchange: Exchange, name: string): string | null {
  const found = exchange.raw.headers.findLast(([header]) => header.toLowerCase() === name);
  return found === undefined ? null : found[1];
}

/**
 * The `requestContext` of a function's event; templates read the same values as `$context.…`.
 *
 * Source: API Gateway Developer Guide, "Input format of a Lambda function for proxy integration" and
 * "Variables for data models, authorizers, mapping templates, and access logging".
 */
export function requestContext(exchange: Exchange): Record<string, unknown> {
  const { api, raw, request, route, authorizer, planned } = exchange;
  return {
    ...(route && { resourceId: route.resource.id, resourcePath: route.resource.path }),
    ...(authorizer && { authorizer }),
    httpMethod: request?.method ?? raw.method,
    extendedRequestId: exchange.extendedRequestId,
    requestTime: commonLogTime(exchange.receivedAt),
    path: request?.fullPath,
    accountId: api.accountId,
    protocol: `HTTP/${raw.httpVersion}`,
    stage: api.stage,
    domainPrefix: api.id,
    requestTimeEpoch: exchange.receivedAt,
    requestId: exchange.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: raw.sourceIp,
      principalOrgId: null,
      accessKey: null,
      ...(planned && { apiKey: planned.key.value, apiKeyId: planned.key.id }),
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: lastHeader(exchange, 'user-agent'),
      user: null,
    },
    domainName: domainName(api),
    apiId: api.id,
  };
}
