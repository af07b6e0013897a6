import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { type Log, logLine } from '../log.ts';
import { errorResponse, HttpError } from './http-error.ts';

/**
 * A middy middleware that turns whatever a handler throws into a JSON response: an
 * {@link HttpError} into its own status and sentence, anything else into a 500 that says nothing
 * and one log line that says where.
 */
export function jsonErrors(
  log: Log = logLine,
): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    name: 'jsonErrors',
    onError: function jsonErrorsOnError({ event, error }) {
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
    },
  };
}
