import type { Authorization } from './authorize/authorization.ts';
import { headerValues } from './request/headers.ts';
import { domainName } from './rest-api.ts';
import type { AnyStage } from './stages.ts';

/** A time in the Common Log Format, in UTC: `10/Oct/2026:13:55:36 +0000`. */
export function commonLogTime(epochMs: number): string {
  // `Sat, 10 Oct 2026 13:55:36 GMT`
  const text = new Date(epochMs).toUTCString();
  return `${text.slice(5, 16).replaceAll(' ', '/')}:${text.slice(17, 25)} +0000`;
}

/** `$context.authorizer`; a denied caller has it, too. */
function authorizerContext({ context, principalId, latencyMs }: Authorization) {
  return { ...context, principalId, integrationLatency: latencyMs };
}

/**
 * The `requestContext` of a function's event; templates read the same values as `$context.…`.
 *
 * Source: API Gateway Developer Guide, "Input format of a Lambda function for proxy integration" and
 * "Variables for data models, authorizers, mapping templates, and access logging".
 */
export function requestContext(stage: AnyStage): Record<string, unknown> {
  const { api, raw, request, route, authorization, usagePlanKey } = stage;
  return {
    ...(route && { resourceId: route.resource.id, resourcePath: route.resource.path }),
    ...(authorization && { authorizer: authorizerContext(authorization) }),
    httpMethod: request?.method ?? raw.method,
    extendedRequestId: stage.extendedRequestId,
    requestTime: commonLogTime(stage.receivedAt),
    path: request?.fullPath,
    accountId: api.accountId,
    protocol: `HTTP/${raw.httpVersion}`,
    stage: api.stage,
    domainPrefix: api.id,
    requestTimeEpoch: stage.receivedAt,
    requestId: stage.requestId,
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: raw.sourceIp,
      principalOrgId: null,
      accessKey: null,
      ...(usagePlanKey && { apiKey: usagePlanKey.key.value, apiKeyId: usagePlanKey.key.id }),
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: headerValues(raw.headers, 'user-agent').at(-1) ?? null,
      user: null,
    },
    domainName: domainName(api),
    apiId: api.id,
  };
}

/**
 * The values of `$context.…`: the request context, and a refused request's error.
 *
 * Source: API Gateway Developer Guide, "Gateway responses for REST APIs".
 */
export function contextVariables(stage: AnyStage): Record<string, unknown> {
  const { refusal } = stage;
  const error = refusal && {
    message: refusal.text,
    messageString: refusal.text,
    responseType: refusal.type,
    validationErrorString: refusal.validationError,
  };
  return { ...requestContext(stage), ...(error && { error, status: refusal.statusCode }) };
}
