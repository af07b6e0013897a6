import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Permission } from '../contract/access/permission.ts';
import { jsonErrors } from '../middleware/json-errors.ts';
import { type ApiTokenEvent, requireApiToken } from '../middleware/require-api-token.ts';

/**
 * The frame of every job function: errors as JSON, and no way past `requireApiToken`.
 *
 * @param permission what the route asks for
 */
export function jobHandler(
  permission: Permission,
  handle: (event: ApiTokenEvent) => Promise<APIGatewayProxyResult>,
) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(jsonErrors())
    .use(requireApiToken(permission))
    .handler(handle);
}
