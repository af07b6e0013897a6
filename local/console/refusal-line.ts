import { isObject, stringAt } from '../json.ts';

const maxLineLength = 2000;

/**
 * The reason and the request id in a line of the authorizer's log; undefined for any other line that a
 * function prints.
 */
export function parseRefusalLine(
  line: string,
): { readonly requestId: string; readonly reason: string } | undefined {
  if (!line.startsWith('{') || line.length > maxLineLength) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(value) || (value.event !== 'refused' && value.event !== 'fault')) return undefined;
  const [requestId, reason] = [stringAt(value, 'requestId'), stringAt(value, 'reason')];
  // One word, such as a class name: no text that a client wrote.
  if (requestId === undefined || !/^\w{1,40}$/.test(reason ?? '')) return undefined;
  return { requestId, reason: reason as string };
}
