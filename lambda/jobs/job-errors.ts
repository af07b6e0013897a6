import { MAX_IDEMPOTENCY_KEY_LENGTH, MAX_PAGE_LIMIT } from './job-routes.ts';
import { MAX_ITEM_BYTES } from './job-table.ts';

/**
 * What the job functions refuse in a fixed sentence, as {@link HttpError} takes it: the functions throw
 * it, and the API's description shows it.
 */
export const jobErrors = {
  wrongLimit: [400, `limit must be a whole number from 1 to ${MAX_PAGE_LIMIT}`],
  wrongCursor: [400, 'cursor must be one that an earlier page returned'],
  wrongIdempotencyKey: [
    400,
    `Idempotency-Key must be one value of 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} printable ASCII characters`,
  ],
  malformedJson: [400, 'The request body must be valid JSON'],
  noSuchJob: [404, 'No such job'],
  idempotencyKeyReused: [409, 'This Idempotency-Key was used with another request body'],
  jobTooLarge: [413, `The job is larger than ${MAX_ITEM_BYTES} bytes`],
  wrongMediaType: [415, 'The Content-Type must be application/json'],
} as const satisfies Readonly<Record<string, readonly [statusCode: number, message: string]>>;
