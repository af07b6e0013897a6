import { requestEvent } from '../request-event.ts';
import type { Parsed, Routed } from '../stages.ts';

/** The ARN of a request's method, which policies are matched against. */
export function methodArn({ api, request }: Parsed): string {
  const prefix = `arn:aws:execute-api:${api.region}:${api.accountId}:${api.id}`;
  return `${prefix}/${api.stage}/${request.method}${request.path}`;
}

/**
 * The event of a REQUEST authorizer.
 *
 * Source: API Gateway Developer Guide, "Input to an API Gateway Lambda authorizer".
 */
export function authorizerEvent(routed: Routed): object {
  return { type: 'REQUEST', methodArn: methodArn(routed), ...requestEvent(routed) };
}
