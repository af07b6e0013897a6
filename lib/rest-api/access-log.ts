import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

const variables = {
  requestId: '$context.requestId',
  // API Gateway's own: a client may choose the other one, with the header x-amzn-RequestId.
  extendedRequestId: '$context.extendedRequestId',
  requestTime: '$context.requestTime',
  sourceIp: '$context.identity.sourceIp',
  httpMethod: '$context.httpMethod',
  resourcePath: '$context.resourcePath',
  clientName: '$context.authorizer.clientName',
  tokenId: '$context.authorizer.tokenId',
  status: '$context.status',
  errorType: '$context.error.responseType',
  responseLatency: '$context.responseLatency',
  integrationLatency: '$context.integrationLatency',
  authorizerLatency: '$context.authorizer.latency',
  authorizerStatus: '$context.authorizer.status',
  responseLength: '$context.responseLength',
};

/**
 * One JSON object per request: who called what, and how it ended. Header values and the path as the
 * client wrote it are left out on purpose, because either may hold a token.
 *
 * Every value stands in quotes, numbers too: API Gateway writes {@link ABSENT} for what a request does
 * not have, and one bare `-` would make the whole line invalid JSON, which no metric filter reads.
 *
 * Source: API Gateway Developer Guide, "Variables for access logging".
 */
export const accessLogFormat = AccessLogFormat.custom(JSON.stringify(variables));

/** What API Gateway writes for a variable that a request does not have. */
export const ABSENT = '-';

/** The selector of a field of the access log, as filter patterns and metric values have it. */
export const accessLogField = (name: keyof typeof variables): string => `$.${name}`;
