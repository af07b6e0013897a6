import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { Pairs } from '../request/headers.ts';

/** A response to the client. */
export interface Response {
  readonly statusCode: number;
  readonly headers: Pairs;
  readonly body: Buffer;
}

/** Whether HTTP allows a header's name and value: no line breaks, for instance. */
export function isSendable([name, value]: Pairs[number]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
