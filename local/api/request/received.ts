import { randomUUID } from 'node:crypto';
import { randomId } from '../../random-id.ts';
import type { RestApi } from '../rest-api.ts';
import type { Received } from '../stages.ts';
import type { RawRequest } from './request.ts';

/**
 * A request that has just come in, with new identifiers.
 *
 * @param now milliseconds since 1970
 */
export function newReceived(api: RestApi, raw: RawRequest, now: number): Received {
  const seconds = Math.floor(now / 1000).toString(16);
  return {
    api,
    raw,
    requestId: randomUUID(),
    extendedRequestId: `${randomId(11, 'base64url')}=`,
    traceId: `Root=1-${seconds}-${randomId(12, 'hex')}`,
    receivedAt: now,
  };
}
