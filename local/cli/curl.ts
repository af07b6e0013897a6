import type { Call } from '../api/example-calls.ts';

/** A text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The curl command of a call, to paste into a shell. */
export function curlCommand(url: string, { httpMethod, path, headers, body }: Call): string {
  const usual = body === undefined ? 'GET' : 'POST';
  return [
    'curl',
    ...(httpMethod === usual ? [] : ['-X', httpMethod]),
    ...headers.flatMap(([name, value]) => ['-H', quoted(`${name}: ${value}`)]),
    ...(body === undefined ? [] : ['-d', quoted(body)]),
    quoted(`${url}${path}`),
  ].join(' ');
}
