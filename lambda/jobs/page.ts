import type { APIGatewayProxyEvent } from 'aws-lambda';
import { HttpError } from '../middleware/http-error.ts';
import { isJobId } from './job.ts';
import { jobErrors } from './job-errors.ts';
import { DEFAULT_PAGE_LIMIT, MAX_PAGE_LIMIT } from './job-routes.ts';

/** Which part of a client's jobs is asked for. */
export interface PageRequest {
  /** 1 to 100. */
  readonly limit: number;
  /** The id of the last job of the page before. */
  readonly after?: string;
}

/**
 * Reads `limit` and `cursor` of `GET /jobs`.
 *
 * @throws HttpError 400 for a limit outside 1 to 100, a cursor that `formatCursor` did not write,
 *   or either of them twice
 */
export function parsePageRequest({
  multiValueQueryStringParameters: query,
}: Pick<APIGatewayProxyEvent, 'multiValueQueryStringParameters'>): PageRequest {
  const limit = valueGivenOnce(query?.limit, 'limit');
  const cursor = valueGivenOnce(query?.cursor, 'cursor');
  return {
    limit: limit === undefined ? DEFAULT_PAGE_LIMIT : parseLimit(limit),
    ...(cursor !== undefined && { after: parseCursor(cursor) }),
  };
}

/** An opaque cursor for the page that follows the job. */
export function formatCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

function parseCursor(cursor: string): string {
  const id = Buffer.from(cursor.slice(0, 64), 'base64url').toString();
  if (!isJobId(id) || formatCursor(id) !== cursor) {
    throw new HttpError(...jobErrors.wrongCursor);
  }
  return id;
}

function parseLimit(text: string): number {
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_PAGE_LIMIT) throw new HttpError(...jobErrors.wrongLimit);
  return limit;
}

function valueGivenOnce(values: readonly string[] | undefined, name: string): string | undefined {
  if (values && values.length > 1) throw new HttpError(400, `${name} must be given once`);
  return values?.[0];
}
