import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';

/**
 * One JSON object per request: who called what, and how it ended. Header values and the path as the
 * client wrote it are left out on purpose, because either may hold a token.
 *
 * Source: API Gateway Developer Guide, "Variables for access logging".
 */
export const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
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
  }),
);
