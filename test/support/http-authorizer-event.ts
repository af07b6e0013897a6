import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';

/** The part of a route ARN before the route. */
export const HTTP_STAGE_ARN = 'arn:aws:execute-api:eu-central-1:123456789012:h1h2h3h4h5/$default/';

/**
 * A REQUEST event with payload format 2.0, as an HTTP API sends it.
 *
 * Source: API Gateway Developer Guide, "Control access to HTTP APIs with AWS Lambda authorizers".
 */
export function httpAuthorizerEvent(
  headers: Record<string, string>,
  { routeKey = 'GET /jobs', sourceIp = '192.0.2.1', arnPrefix = HTTP_STAGE_ARN } = {},
): APIGatewayRequestAuthorizerEventV2 {
  const [method = '', path = ''] = routeKey.split(' ');
  const [, apiId = '', stage = ''] = /:([^:/]+)\/([^/]+)\//.exec(arnPrefix) ?? [];
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: `${arnPrefix}${method}${path}`,
    identitySource: Object.values(headers),
    routeKey,
    rawPath: path,
    rawQueryString: '',
    cookies: [],
    headers,
    queryStringParameters: {},
    requestContext: {
      accountId: '123456789012',
      apiId,
      domainName: `${apiId}.execute-api.eu-central-1.amazonaws.com`,
      domainPrefix: apiId,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: 'agent' },
      requestId: 'request-1',
      routeKey,
      stage,
      time: '12/Mar/2026:19:03:58 +0000',
      timeEpoch: 1_773_342_238_000,
    },
    pathParameters: {},
    stageVariables: {},
  };
}
