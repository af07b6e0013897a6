import type { APIGatewayProxyResult } from 'aws-lambda';

/** A refusal that the caller may read: a status code and one sentence. */
export class HttpError extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.statusCode = statusCode;
  }
}

/** A JSON response that no cache keeps. */
export function jsonResponse(
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

/** An error in the one shape that the gateway's own responses have too: `{"error", "requestId"}`. */
export function errorResponse(
  statusCode: number,
  error: string,
  requestId: string | undefined,
): APIGatewayProxyResult {
  return jsonResponse(statusCode, { error, requestId });
}
