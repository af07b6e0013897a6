import type { IncomingMessage } from 'node:http';

/**
 * All values of a request's header. `headers` has them with a comma between, but for `Authorization`
 * the first one only, as if the second had not been sent.
 *
 * Source: Node.js documentation, `message.headers` and `message.headersDistinct`.
 *
 * @param name in lower case
 */
export function headerValues(
  { headers, headersDistinct }: Pick<IncomingMessage, 'headers'> & Partial<IncomingMessage>,
  name: string,
): string | readonly string[] | undefined {
  // A request that a test made up may have `headers` alone.
  return headersDistinct?.[name] ?? headers[name];
}
