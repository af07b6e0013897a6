import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  Context,
} from 'aws-lambda';
import {
  type AuthorizerContext,
  parseAuthorizerContext,
  serializeAuthorizerContext,
} from '../lambda/contract/access/authorizer-context.ts';
import type { Grant } from '../lambda/contract/access/permission.ts';
import type { ApiTokenEvent, ApiTokenHttpEvent } from '../lambda/middleware/require-api-token.ts';

/** Who calls, in a test. */
export interface TestCaller {
  /** @default 'bravo' */
  readonly clientName?: string;
  /**
   * What the client may do: permissions such as `job.create`, or `job.*`, or `*`.
   *
   * @default - everything
   */
  readonly permissions?: readonly string[];
  /**
   * The token's public fingerprint: 12 hexadecimal digits.
   *
   * @default '0123456789ab'
   */
  readonly tokenId?: string;
}

/**
 * The event of a REST API's Lambda proxy integration behind the authorizer, for the unit test of a
 * handler that `requireApiToken` protects:
 *
 * ```ts
 * const response = await handler(apiTokenEvent({ permissions: ['report.read'] }), lambdaContext());
 * ```
 *
 * It has the authorizer's context and no `apiToken`, which `requireApiToken` reads from there: a
 * handler that forgot the middleware fails its test. Its type has it, because a middy handler's type
 * asks the caller for what the middlewares add.
 *
 * @param request what the event has beside that: a path, a body, headers
 * @throws TypeError if a permission or the token id is malformed, which would make the handler answer 401
 */
export function apiTokenEvent(
  caller: TestCaller = {},
  { requestContext, ...request }: Partial<APIGatewayProxyEvent> = {},
): ApiTokenEvent {
  const context = contextOf(caller);
  const authorizer = { principalId: context.clientName, integrationLatency: 0, ...context };
  const headers = request.headers ?? {};
  const event: APIGatewayProxyEvent = {
    resource: '/',
    path: '/',
    httpMethod: 'GET',
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value ?? '']]),
    ),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
    ...request,
    requestContext: {
      accountId: '123456789012',
      apiId: 'testing',
      authorizer,
      extendedRequestId: 'testing=',
      httpMethod: request.httpMethod ?? 'GET',
      identity,
      path: `/prod${request.path ?? '/'}`,
      protocol: 'HTTP/1.1',
      requestId: '00000000-0000-4000-8000-000000000000',
      requestTimeEpoch: 0,
      resourceId: 'testing',
      resourcePath: request.resource ?? '/',
      stage: 'prod',
      ...requestContext,
    },
  };
  return event as ApiTokenEvent;
}

/**
 * The event of an HTTP API's Lambda proxy integration with payload format 2.0 behind the authorizer; else
 * as {@link apiTokenEvent}.
 *
 * @param request what the event has beside that: a path, a body, headers
 * @throws TypeError if a permission or the token id is malformed, which would make the handler answer 401
 */
export function apiTokenHttpEvent(
  caller: TestCaller = {},
  { requestContext, ...request }: Partial<APIGatewayProxyEventV2> = {},
): ApiTokenHttpEvent {
  const { routeKey = 'GET /', rawPath: path = '/' } = request;
  const [method = 'GET'] = routeKey.split(' ');
  const event: APIGatewayProxyEventV2WithLambdaAuthorizer<AuthorizerContext> = {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: '',
    headers: {},
    isBase64Encoded: false,
    ...request,
    requestContext: {
      accountId: '123456789012',
      apiId: 'testing',
      authorizer: { lambda: contextOf(caller) },
      domainName: 'testing.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'testing',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'testing' },
      requestId: '00000000-0000-4000-8000-000000000000',
      routeKey,
      stage: '$default',
      time: '01/Jan/1970:00:00:00 +0000',
      timeEpoch: 0,
      ...requestContext,
    },
  };
  return event as unknown as ApiTokenHttpEvent;
}

function contextOf({
  clientName = 'bravo',
  permissions = ['*'],
  tokenId = '0123456789ab',
}: TestCaller): AuthorizerContext {
  const context = serializeAuthorizerContext({
    id: tokenId,
    clientName,
    permissions: permissions as Grant[],
  });
  if (parseAuthorizerContext(context) !== null) return context;
  throw new TypeError(
    'clientName must not be empty, permissions look like job.create, job.* or *, and tokenId has 12 hexadecimal digits',
  );
}

/** The context of an invocation that has `remainingMilliseconds` left, 10,000 unless said otherwise. */
export function lambdaContext(remainingMilliseconds: number = 10_000): Context {
  return {
    awsRequestId: '00000000-0000-4000-8000-000000000000',
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'testing',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:testing',
    logGroupName: '/aws/lambda/testing',
    logStreamName: 'testing',
    memoryLimitInMB: '512',
    getRemainingTimeInMillis: () => remainingMilliseconds,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

const identity: APIGatewayProxyEvent['requestContext']['identity'] = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  sourceIp: '127.0.0.1',
  user: null,
  userAgent: null,
  userArn: null,
};
