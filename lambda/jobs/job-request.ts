import type { APIGatewayProxyEvent } from 'aws-lambda';
import { HttpError } from '../middleware/http-error.ts';
import { parseExactJson, quoteName } from './exact-json.ts';
import type { JobRequest, JsonObject } from './job.ts';
import { jobErrors } from './job-errors.ts';
import { MAX_JOB_TYPE_LENGTH, MAX_PAYLOAD_DEPTH } from './job-routes.ts';

type Body = Pick<APIGatewayProxyEvent, 'headers' | 'body' | 'isBase64Encoded'>;

/**
 * Reads the body of `POST /jobs`. API Gateway has checked it against `jobRequestSchema` before, but
 * only if the Content-Type names that model, so everything is checked here too.
 *
 * @throws HttpError 415 for another media type, 400 with what is wrong for anything else
 */
export function parseJobRequest({ headers, body, isBase64Encoded }: Body): JobRequest {
  requireJson(headers);
  const request = parseExactJson(isBase64Encoded ? decode(body ?? '') : utf8(body ?? ''));
  if (!isObject(request)) throw new HttpError(400, 'The request body must be a JSON object');
  const { type, payload, ...unknown } = request;
  const [field] = Object.keys(unknown);
  if (field !== undefined) throw new HttpError(400, `Unknown field ${quoteName(field)}`);
  if (typeof type !== 'string' || !hasLength(type, 1, MAX_JOB_TYPE_LENGTH)) {
    throw new HttpError(400, `type must be a string of 1 to ${MAX_JOB_TYPE_LENGTH} characters`);
  }
  if (!type.isWellFormed()) throw new HttpError(400, 'type must be well-formed Unicode');
  if (!isObject(payload)) throw new HttpError(400, 'payload must be a JSON object');
  if (isDeeperThan(MAX_PAYLOAD_DEPTH, payload)) {
    throw new HttpError(400, `payload must not nest deeper than ${MAX_PAYLOAD_DEPTH} levels`);
  }
  return { type, payload };
}

function requireJson(headers: Body['headers'] | null): void {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (name.toLowerCase() !== 'content-type') continue;
    if (!/^application\/json\s*(;|$)/i.test(value ?? '')) {
      throw new HttpError(...jobErrors.wrongMediaType);
    }
  }
}

/** U+FFFD in a text may stand for bytes that were not UTF-8: nobody can tell any more. */
function utf8(text: string): string {
  if (text.includes('\ufffd')) {
    throw new HttpError(400, 'The request body must be UTF-8; U+FFFD itself is written \\ufffd');
  }
  return text;
}

function decode(base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    throw new HttpError(400, 'The request body must be UTF-8');
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** In Unicode code points, as JSON schema counts. */
function hasLength(text: string, least: number, most: number): boolean {
  return text.length >= least && text.length <= 2 * most && Array.from(text).length <= most;
}

/** Without a bound, writing the payload out again would overflow the stack. */
function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
