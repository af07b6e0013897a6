import { pick, type Random } from './random.ts';

const TOKEN_PLACE = '<token>';

const JOB_IDS = ['0199f6c2-7d1a-7c3e-9b42-5f0e8d6a1c37', '0199f6c9-02be-7a11-8f6d-c4b7e9302d58'];

const ROUTES = [
  { httpMethod: 'POST', resource: '/jobs', path: '/jobs', id: null },
  { httpMethod: 'GET', resource: '/jobs', path: '/jobs', id: null },
  ...JOB_IDS.map((id) => ({ httpMethod: 'GET', resource: '/jobs/{id}', path: `/jobs/${id}`, id })),
] as const;

type Route = (typeof ROUTES)[number];

const SPELLINGS = ['X-API-Token', 'x-api-token', 'X-Api-Token'] as const;

/**
 * REQUEST events as a REST API behind CloudFront's edge sends them, as JSON without the token: every
 * route, with about fourteen headers in the cases that clients write them.
 *
 * Source: API Gateway Developer Guide, "Input to an API Gateway Lambda authorizer".
 */
const eventTemplates: readonly string[] = ROUTES.flatMap((route) =>
  SPELLINGS.map((spelling) => JSON.stringify(requestEvent(route, spelling))),
);

function requestEvent(route: Route, spelling: string): object {
  const { httpMethod, resource, path, id } = route;
  const headers = requestHeaders(httpMethod, spelling);
  const query = resource === '/jobs' && httpMethod === 'GET' ? { limit: '20' } : null;
  return {
    type: 'REQUEST',
    methodArn: `arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/${httpMethod}${path}`,
    resource,
    path,
    httpMethod,
    headers,
    multiValueHeaders: mapValues(headers),
    queryStringParameters: query,
    multiValueQueryStringParameters: query && mapValues(query),
    pathParameters: id === null ? null : { id },
    stageVariables: null,
    requestContext: requestContext(route),
  };
}

function requestHeaders(httpMethod: string, spelling: string): Record<string, string> {
  return {
    Accept: 'application/json',
    'Accept-Encoding': 'gzip, deflate, br',
    'CloudFront-Forwarded-Proto': 'https',
    'CloudFront-Viewer-Country': 'DE',
    ...(httpMethod === 'POST' && {
      'Content-Type': 'application/json',
      'Idempotency-Key': '5d0c6a2e-88f1-4b3a-9c55-1f2e3d4c5b6a',
    }),
    Host: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
    'User-Agent': 'partner-integration/4.2 (linux; x64)',
    Via: '1.1 0123456789abcdef0123456789abcdef.cloudfront.net (CloudFront)',
    'X-Amz-Cf-Id': 'Ab3dEf6hIj9lMn2pQr5tUv8xYz1bCd4fGh7jKl0nOp3rSt6vWx9zAa==',
    'X-Amzn-Trace-Id': 'Root=1-65f1c2d3-0a1b2c3d4e5f60718293a4b5',
    [spelling]: TOKEN_PLACE,
    'X-Forwarded-For': '198.51.100.7, 203.0.113.24',
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
    'X-Request-Source': 'batch',
  };
}

function requestContext({ httpMethod, resource, path }: Route): object {
  return {
    resourceId: 'abc123',
    resourcePath: resource,
    httpMethod,
    extendedRequestId: 'dGhpcy1pcy1ub3Q=',
    requestTime: '22/Nov/2026:10:20:30 +0000',
    path: `/prod${path}`,
    accountId: '123456789012',
    protocol: 'HTTP/1.1',
    stage: 'prod',
    domainPrefix: 'a1b2c3d4e5',
    requestTimeEpoch: 1_795_342_830_000,
    requestId: '3f0c8f5e-6f6a-4a54-9d8f-0e2b7a1c9d42',
    identity: {
      cognitoIdentityPoolId: null,
      accountId: null,
      cognitoIdentityId: null,
      caller: null,
      sourceIp: '198.51.100.7',
      principalOrgId: null,
      accessKey: null,
      cognitoAuthenticationType: null,
      cognitoAuthenticationProvider: null,
      userArn: null,
      userAgent: 'partner-integration/4.2 (linux; x64)',
      user: null,
    },
    domainName: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
    apiId: 'a1b2c3d4e5',
  };
}

/** The event of `POST /jobs` that the job function gets, behind the authorizer, as JSON. */
export const jobEventText = JSON.stringify(jobEvent());

function jobEvent(): object {
  const [route] = ROUTES;
  const { 'Idempotency-Key': _, ...headers } = requestHeaders(route.httpMethod, SPELLINGS[0]);
  const authorizer = {
    principalId: 'partner0',
    clientName: 'partner0',
    tokenId: '0123456789ab',
    permissions: 'job.create job.read',
    integrationLatency: 12,
  };
  return {
    ...requestEvent(route, SPELLINGS[0]),
    headers,
    multiValueHeaders: mapValues(headers),
    requestContext: { ...requestContext(route), authorizer },
    body: '{"type":"report","payload":{"month":"2026-10","formats":["pdf","csv"]}}',
    isBase64Encoded: false,
  };
}

/** An event with this token, as JSON. */
export function freshEventText(token: string, random: Random): string {
  return pick(eventTemplates, random).replaceAll(TOKEN_PLACE, token);
}

/** An event with this token, freshly parsed: V8 has read nothing in it yet. */
export function freshEvent(token: string, random: Random): unknown {
  return JSON.parse(freshEventText(token, random));
}

function mapValues(record: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, [value]]));
}
