import { isUtf8 } from 'node:buffer';
import { Refusal } from '../refusal.ts';
import { mediaType } from '../request/headers.ts';
import { requestEvent } from '../request-event.ts';
import type { Routed } from '../stages.ts';
import { isBinary } from './binary-media-types.ts';

function orNull<T extends object>(value: T): T | null {
  return Object.keys(value).length > 0 ? value : null;
}

/**
 * A body as a text.
 *
 * @throws Refusal when it is not UTF-8, because decoding would replace characters
 */
function textOf(body: Buffer): string {
  if (isUtf8(body)) return body.toString();
  const validationError = 'The request body is not UTF-8';
  throw new Refusal('BAD_REQUEST_BODY', 'Invalid request body', { validationError });
}

/**
 * The event of a function behind a Lambda proxy integration, format 1.0.
 *
 * A body of one of the API's binary media types is base64.
 * Source: API Gateway Developer Guide, "Input format of a Lambda function for proxy integration".
 *
 * @throws Refusal when any other body is not UTF-8
 */
export function proxyEvent(routed: Routed): object {
  const { api, request } = routed;
  const event = requestEvent(routed);
  const binary = isBinary(api.binaryMediaTypes, mediaType(request.headers));
  const body = binary ? request.body.toString('base64') : textOf(request.body);
  return {
    ...event,
    queryStringParameters: orNull(event.queryStringParameters),
    multiValueQueryStringParameters: orNull(event.multiValueQueryStringParameters),
    pathParameters: orNull(event.pathParameters),
    stageVariables: orNull(event.stageVariables),
    body: body === '' ? null : body,
    isBase64Encoded: binary && body !== '',
  };
}
