import type { IncomingHttpHeaders } from 'node:http';
import { isObject } from '../json.ts';

/** The path below which the functions of custom resources send their answers, unsigned as to S3. */
export const answersPath = '/custom-resource-answers/';

/** A call of an AWS API. */
export interface AwsRequest {
  readonly method: string;
  /** The path as it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One of AWS's services: answers what is meant for it, and returns undefined for anything else. */
export type AwsService = (request: AwsRequest) => AwsResponse | Promise<AwsResponse> | undefined;

/** An error as AWS's SDKs know it: by its name. */
export class AwsError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** An answer of a service that speaks JSON. */
export function jsonResponse(status: number, body: unknown): AwsResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(body),
  };
}

/** An error of a service that speaks JSON: its name is in a header for some, in the body for others. */
export function errorResponse({ status, code, message }: AwsError): AwsResponse {
  const response = jsonResponse(status, { __type: code, message, Message: message });
  return { ...response, headers: { ...response.headers, 'x-amzn-ErrorType': code } };
}

/**
 * The body of a call, which has to be a JSON object.
 *
 * @throws AwsError when it is not
 */
export function jsonBody({ body }: AwsRequest): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body === '' ? '{}' : body);
    if (isObject(value)) return value;
  } catch {
    // Reported below, like JSON that is not an object.
  }
  throw new AwsError(400, 'SerializationException', 'The body is not a JSON object.');
}
