import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { ApiToken } from '../contract/api-token.ts';
import { parseAuthorizerContext } from '../contract/authorizer-context.ts';
import { isPermission, type Permission, permits } from '../contract/permission.ts';
import { errorResponse } from './http-error.ts';

/** What `requireApiToken` puts on the event: who is calling, and what it may do. */
export type RequestApiToken = Pick<ApiToken, 'id' | 'clientName' | 'permissions'>;

/** A REST proxy event behind `requireApiToken`. */
export interface ApiTokenEvent extends APIGatewayProxyEvent {
  apiToken: RequestApiToken;
}

/**
 * A middy middleware that reads the authorizer's context and puts a typed `apiToken` on the event.
 * It answers 401 `Missing API token` where there is no context, and 403 where the client lacks the
 * permission: the second lock behind API Gateway's own, for a route that was wired without one.
 *
 * @param permission what the route asks for, such as `job.create`; left out, every client may pass
 * @throws TypeError at once if the permission is not written as one, or is `undefined` by mistake
 */
export function requireApiToken(
  ...required: [] | [permission: Permission]
): MiddlewareObj<ApiTokenEvent, APIGatewayProxyResult> {
  for (const permission of required) {
    if (!isPermission(permission)) {
      throw new TypeError(`a permission looks like job.create, not ${JSON.stringify(permission)}`);
    }
  }
  return {
    name: 'requireApiToken',
    before: function requireApiTokenBefore(request) {
      const { requestContext } = request.event;
      const requestId = requestContext?.requestId;
      const apiToken = parseAuthorizerContext(requestContext?.authorizer);
      const missing = apiToken && required.find((each) => !permits(apiToken.permissions, each));
      if (apiToken === null) {
        request.earlyResponse = errorResponse(401, 'Missing API token', requestId);
      } else if (missing) {
        request.earlyResponse = errorResponse(403, `Missing permission ${missing}`, requestId);
      } else {
        request.event.apiToken = apiToken;
      }
    },
  };
}
