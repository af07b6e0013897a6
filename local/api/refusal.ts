/**
 * The gateway response types, with their status code and the name in the `x-amzn-ErrorType` header.
 *
 * Source: API Gateway Developer Guide, "Gateway response types for API Gateway".
 */
const kinds = {
  ACCESS_DENIED: [403, 'AccessDeniedException'],
  API_CONFIGURATION_ERROR: [500, 'InternalServerErrorException'],
  AUTHORIZER_CONFIGURATION_ERROR: [500, 'AuthorizerConfigurationException'],
  AUTHORIZER_FAILURE: [500, 'AuthorizerFailureException'],
  BAD_REQUEST_BODY: [400, 'BadRequestException'],
  BAD_REQUEST_PARAMETERS: [400, 'BadRequestException'],
  DEFAULT_4XX: [400, 'BadRequestException'],
  DEFAULT_5XX: [500, 'InternalServerErrorException'],
  INTEGRATION_TIMEOUT: [504, 'InternalServerErrorException'],
  INVALID_API_KEY: [403, 'ForbiddenException'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'MissingAuthenticationTokenException'],
  QUOTA_EXCEEDED: [429, 'LimitExceededException'],
  REQUEST_TOO_LARGE: [413, 'RequestTooLargeException'],
  THROTTLED: [429, 'TooManyRequestsException'],
  UNAUTHORIZED: [401, 'UnauthorizedException'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'UnsupportedMediaTypeException'],
} as const satisfies Record<string, readonly [number, string]>;

export type RefusalType = keyof typeof kinds;

/** A request that the gateway answers itself, by the gateway response of a type. */
export class Refusal extends Error {
  readonly type: RefusalType;
  readonly statusCode: number;
  readonly errorType: string;
  /** What `$context.error.message` is; API Gateway has no message for an authorizer's faults. */
  readonly text: string | null;
  readonly validationError: string | undefined;

  constructor(
    type: RefusalType,
    text: string | null,
    details: { readonly statusCode?: number; readonly validationError?: string } = {},
  ) {
    const { stackTraceLimit } = Error;
    // Nobody reads a refusal's stack trace, and capturing it takes longer than the refusal.
    Error.stackTraceLimit = 0;
    super(text ?? type);
    Error.stackTraceLimit = stackTraceLimit;
    const [statusCode, errorType] = kinds[type];
    this.type = type;
    this.statusCode = details.statusCode ?? statusCode;
    this.errorType = errorType;
    this.text = text;
    this.validationError = details.validationError;
  }
}
