import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { challengeOf } from '../../lambda/contract/token/token-header.ts';

interface GatewayResponse {
  readonly type: ResponseType;
  /** Left out, API Gateway's own stays; on a DEFAULT it would rewrite all others. */
  readonly statusCode?: string;
  /** A JSON string, or a variable that API Gateway replaces with one. */
  readonly error?: string;
  readonly headers?: Record<string, string>;
}

// messageString comes with its quotes, validationErrorString without.
const MESSAGE = '$context.error.messageString';
const FAULT = '"Internal server error"';
const VALIDATION = '"Invalid request body: $context.error.validationErrorString"';

const responses = (headerName: string): Record<string, GatewayResponse> => ({
  Unauthorized: {
    type: ResponseType.UNAUTHORIZED,
    statusCode: '401',
    error: '"Missing or invalid API token"',
    headers: { 'WWW-Authenticate': `'${challengeOf(headerName)}'` },
  },
  AccessDenied: {
    type: ResponseType.ACCESS_DENIED,
    statusCode: '403',
    error: '"The API token has no permission for this request"',
  },
  WafFiltered: {
    type: ResponseType.WAF_FILTERED,
    statusCode: '403',
    error: '"The web application firewall refused the request"',
  },
  NotFound: {
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    statusCode: '404',
    error: '"No such route"',
  },
  BadRequestBody: { type: ResponseType.BAD_REQUEST_BODY, statusCode: '400', error: VALIDATION },
  BadRequestParameters: { type: ResponseType.BAD_REQUEST_PARAMETERS, statusCode: '400' },
  RequestTooLarge: {
    type: ResponseType.REQUEST_TOO_LARGE,
    statusCode: '413',
    error: '"The request body is too large"',
  },
  UnsupportedMediaType: {
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    statusCode: '415',
    error: '"The Content-Type must be application/json"',
  },
  Throttled: {
    type: ResponseType.THROTTLED,
    statusCode: '429',
    error: '"The rate limit is exceeded: try again after a second"',
    headers: { 'Retry-After': "'1'" },
  },
  QuotaExceeded: {
    type: ResponseType.QUOTA_EXCEEDED,
    statusCode: '429',
    error: '"The quota of this client is used up"',
  },
  // API Gateway has no message for these two.
  AuthorizerFailure: { type: ResponseType.AUTHORIZER_FAILURE, statusCode: '500', error: FAULT },
  AuthorizerConfiguration: {
    type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
    statusCode: '500',
    error: FAULT,
  },
  // API Gateway itself tells a malformed response (502) from a failed call (504).
  IntegrationFailure: { type: ResponseType.INTEGRATION_FAILURE },
  IntegrationTimeout: { type: ResponseType.INTEGRATION_TIMEOUT, statusCode: '504' },
  Default4xx: { type: ResponseType.DEFAULT_4XX },
  Default5xx: { type: ResponseType.DEFAULT_5XX },
});

/** Properties of {@link GatewayResponses}. */
export interface GatewayResponsesProps {
  /** The API whose responses they are. */
  readonly api: RestApi;
  /** The header that carries the API token, which a 401 names. */
  readonly headerName: string;
}

/**
 * Gives every response that API Gateway makes itself one JSON shape, which is also that of the
 * middleware's: `{"error": "…", "requestId": "…"}`. They stand below the API, as its own
 * `addGatewayResponse()` puts them.
 *
 * Source: API Gateway Developer Guide, "Gateway response types for API Gateway".
 */
export class GatewayResponses extends Construct {
  constructor(scope: Construct, id: string, props: GatewayResponsesProps) {
    super(scope, id);
    const { api, headerName } = props;
    for (const [name, { type, statusCode, error = MESSAGE, headers }] of Object.entries(
      responses(headerName),
    )) {
      api.addGatewayResponse(name, {
        type,
        templates: { 'application/json': `{"error": ${error}, "requestId": "$context.requestId"}` },
        ...(statusCode && { statusCode }),
        ...(headers && { responseHeaders: headers }),
      });
    }
  }
}
