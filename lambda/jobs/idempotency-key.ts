import type { APIGatewayProxyEvent } from 'aws-lambda';
import { HttpError } from '../middleware/http-error.ts';

const KEY = /^[\x20-\x7e]{1,255}$/;

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
    throw new HttpError(
      400,
      'Idempotency-Key must be one value of 1 to 255 printable ASCII characters',
    );
  }
  return key;
}
