import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';

/** The part of a method ARN before the method. */
export const STAGE_ARN = 'arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/';

/** A REQUEST event as a REST API sends it, with these headers. */
export function authorizerEvent(
  multiValueHeaders: Record<string, string[]>,
  { httpMethod = 'POST', resource = '/jobs', methodArn = `${STAGE_ARN}POST/jobs` } = {},
): APIGatewayRequestAuthorizerEvent {
  const headers = Object.fromEntries(
    Object.entries(multiValueHeaders).map(([name, values]) => [name, values.at(-1)]),
  );
  const [, apiId, stage] = /:([^:/]+)\/([^/]+)\//.exec(methodArn) ?? [];
  return {
    type: 'REQUEST',
    methodArn,
    resource,
    path: resource,
    httpMethod,
    headers,
    multiValueHeaders,
    pathParameters: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    stageVariables: null,
    requestContext: {
      requestId: 'request-1',
      apiId,
      stage,
    } as APIGatewayRequestAuthorizerEvent['requestContext'],
  };
}
