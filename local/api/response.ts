import type { Pairs } from './request.ts';

/** A response to the client. */
export interface Response {
  readonly statusCode: number;
  readonly headers: Pairs;
  readonly body: Buffer;
}
