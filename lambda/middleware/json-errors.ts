import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Log, logLine } from '../log.ts';
import { errorResponse, HttpError } from './http-error.ts';
import type { MiddyRequest } from './middy-request.ts';

/** A middy middleware that only answers errors. */
export interface ErrorMiddleware {
  readonly name: string;
  readonly onError: (request: MiddyRequest<APIGatewayProxyEvent>) => void;
}

/**
 * A middy middleware that turns whatever a handler throws into a JSON response: an
 * {@link HttpError} into its own status and sentence, anything else into a 500 that says nothing
 * and one log line that says where. What another middleware has answered stays as it is.
 */
export function jsonErrors(log: Log = logLine): ErrorMiddleware {
  function responseTo({ event, error }: MiddyRequest<APIGatewayProxyEvent>) {
    const requestId = event?.requestContext?.requestId;
    if (error instanceof HttpError) {
      return errorResponse(error.statusCode, error.message, requestId);
    }
    log('ERROR', {
      event: 'fault',
      // A message may quote what the client sent: the stack's frames do not.
      reason: error?.name,
      frame: error?.stack
        ?.replace(error.message, '')
        .split('\n')
        .find((line) => line.startsWith('    at '))
        ?.trim(),
      requestId,
    });
    return errorResponse(500, 'Internal server error', requestId);
  }

  return {
    name: 'jsonErrors',
    onError: function jsonErrorsOnError(request) {
      // Not returned: that would end the chain before the outer middlewares.
      request.response ??= responseTo(request);
    },
  };
}
