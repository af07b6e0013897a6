import { gunzipSync, inflateSync } from 'node:zlib';
import { codeOf } from '../../../terminal/problem.ts';
import { Refusal } from '../refusal.ts';

/** In bytes, also after decompression. */
const maxOutputLength = 10 * 1024 * 1024;

const codings: ReadonlyMap<string, (body: Buffer) => Buffer> = new Map([
  ['', (body) => body],
  ['identity', (body) => body],
  ['gzip', (body) => gunzipSync(body, { maxOutputLength })],
  ['deflate', (body) => inflateSync(body, { maxOutputLength })],
]);

/**
 * Decompresses a body by its `Content-Encoding`, if the API has a minimum compression size and the body
 * reaches it.
 *
 * Source: API Gateway Developer Guide, "Call an API method with a compressed payload" and "Enable
 * payload compression for an API".
 *
 * @param encodings the values of the header
 * @param minimumSize in bytes; undefined when the API has none
 * @throws Refusal for an unknown coding, a body that is not in it, or one over 10 MB
 */
export function decodeBody(
  body: Buffer,
  encodings: readonly string[],
  minimumSize: number | undefined,
): Buffer {
  if (minimumSize === undefined || body.length === 0 || body.length < minimumSize) return body;
  const unsupported = new Refusal('UNSUPPORTED_MEDIA_TYPE', 'Unsupported Media Type');
  const decode = codings.get(encodings.join().trim().toLowerCase());
  if (decode === undefined) throw unsupported;
  try {
    return decode(body);
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') {
      throw new Refusal('REQUEST_TOO_LARGE', 'Request Too Long');
    }
    throw unsupported;
  }
}
