import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import {
  parseAuthorizerContext,
  serializeAuthorizerContext,
} from '../lambda/contract/access/authorizer-context.ts';
import type { Grant } from '../lambda/contract/access/permission.ts';
import type { ApiTokenEvent } from '../lambda/middleware/require-api-token.ts';

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
  const { clientName = 'bravo', permissions = ['*'], tokenId = '0123456789ab' } = caller;
  const authorizer = {
    principalId: clientName,
    integrationLatency: 0,
    ...serializeAuthorizerContext({ id: tokenId, clientName, permissions: permissions as Grant[] }),
  };
  if (parseAuthorizerContext(authorizer) === null) {
    throw new TypeError(
      'clientName must not be empty, permissions look like job.create, job.* or *, and tokenId has 12 hexadecimal digits',
    );
  }
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
