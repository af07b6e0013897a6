import type { APIGatewayProxyEvent } from 'aws-lambda';
import { HttpError } from '../middleware/http-error.ts';
import { jobErrors } from './job-errors.ts';
import { MAX_IDEMPOTENCY_KEY_LENGTH } from './job-routes.ts';

const KEY = new RegExp(`^[\\x20-\\x7e]{1,${MAX_IDEMPOTENCY_KEY_LENGTH}}$`);

/**
 * Reads the `Idempotency-Key` header: `undefined` without one.
 *
 * @throws HttpError 400 if it stands there twice, or is not 1 to 255 printable ASCII characters
 */
export function parseIdempotencyKey({
  headers,
  multiValueHeaders,
}: Pick<APIGatewayProxyEvent, 'headers' | 'multiValueHeaders'>): string | undefined {
  const values = Object.entries(multiValueHeaders ?? headers ?? {})
    .filter(([name]) => name.toLowerCase() === 'idempotency-key')
    .flatMap(([, value]) => value ?? []);
  const [key] = values;
  if (key === undefined) return undefined;
  if (values.length > 1 || !KEY.test(key)) {
    throw new HttpError(...jobErrors.wrongIdempotencyKey);
  }
  return key;
}
