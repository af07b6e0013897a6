import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { ApiTokenEvent } from '../../lambda/middleware/require-api-token.ts';

/**
 * A REST proxy event of a client with every permission, by default. It is typed `ApiTokenEvent` because
 * middy's types demand of a caller what its middlewares add; it has no `apiToken`.
 */
export function proxyEvent({
  authorizer = { clientName: 'bravo', tokenId: '0123456789ab', permissions: 'job.*' },
  headers = {},
  ...event
}: {
  readonly authorizer?: unknown;
  readonly headers?: Record<string, string>;
} & Partial<APIGatewayProxyEvent>): ApiTokenEvent {
  return {
    resource: '/jobs',
    path: '/jobs',
    httpMethod: 'GET',
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
    requestContext: {
      requestId: 'request-1',
      path: '/prod/jobs',
      authorizer,
    } as APIGatewayProxyEvent['requestContext'],
    ...event,
  } as ApiTokenEvent;
}

/** The context of an invocation that has ten seconds left. */
export const lambdaContext = { getRemainingTimeInMillis: () => 10_000 } as never;
