import type { APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda';
import { parseAuthorizerContext } from '../contract/access/authorizer-context.ts';
import { isPermission, type Permission, permits } from '../contract/access/permission.ts';
import type { RequestApiToken } from '../contract/token/api-token.ts';
import { errorResponse, HttpError } from './http-error.ts';
import type { MiddyRequest } from './middy-request.ts';

/** A REST proxy event behind `requireApiToken`. */
export interface ApiTokenEvent extends APIGatewayProxyEvent {
  apiToken: RequestApiToken;
}

/** A proxy event of an HTTP API, payload format 2.0, behind `requireApiToken`. */
export interface ApiTokenHttpEvent extends APIGatewayProxyEventV2 {
  apiToken: RequestApiToken;
}

/** The middleware that `requireApiToken` makes, for middy 4 to 7. */
export interface ApiTokenMiddleware<Event = ApiTokenEvent> {
  readonly name: string;
  readonly before: (request: MiddyRequest<Event>) => void;
  readonly onError: (request: MiddyRequest<Event>) => void;
}

/** Thrown in `before`, so that no version of middy goes on to the handler. */
class ApiTokenRefusal extends HttpError {}

/**
 * A middy middleware that reads the authorizer's context and puts a typed `apiToken` on the event.
 * It answers 401 `Missing API token` where there is no context, and 403 where the client lacks the
 * permission: the second lock behind API Gateway's own, for a route that was wired without one.
 *
 * A refusal is an error with a `statusCode`: the `onError` hooks of the other middlewares run, and
 * those of the middlewares attached before this one see its response. It needs no error handler.
 *
 * It takes events of REST APIs, and of HTTP APIs with either payload format; the handler of a route of
 * an HTTP API with payload format 2.0 names its event: `requireApiToken<ApiTokenHttpEvent>('job.read')`.
 *
 * @param permission what the route asks for, such as `job.create`; left out, every client may pass
 * @throws TypeError at once if the permission is not written as one, or is `undefined` by mistake
 */
export function requireApiToken<Event extends ApiTokenEvent | ApiTokenHttpEvent = ApiTokenEvent>(
  ...required: [] | [permission: Permission]
): ApiTokenMiddleware<Event> {
  for (const permission of required) {
    if (!isPermission(permission)) {
      throw new TypeError(`a permission looks like job.create, not ${JSON.stringify(permission)}`);
    }
  }
  return {
    name: 'requireApiToken',
    before: function requireApiTokenBefore({ event }) {
      const apiToken = parseAuthorizerContext(authorizerContext(event));
      if (apiToken === null) throw new ApiTokenRefusal(401, 'Missing API token');
      const missing = required.find((permission) => !permits(apiToken.permissions, permission));
      if (missing) throw new ApiTokenRefusal(403, `Missing permission ${missing}`);
      event.apiToken = apiToken;
    },
    onError: function requireApiTokenOnError(request) {
      const { event, error } = request;
      if (!(error instanceof ApiTokenRefusal)) return;
      // An error handler nearer to the handler may have answered. Not returned: that would end the
      // chain before the outer middlewares.
      request.response ??= errorResponse(
        error.statusCode,
        error.message,
        event?.requestContext?.requestId,
      );
    },
  };
}

/**
 * Source: API Gateway Developer Guide, "AWS Lambda integrations for HTTP APIs": with payload format 2.0,
 * what a Lambda authorizer says stands in `authorizer.lambda`.
 */
function authorizerContext(event: unknown): unknown {
  // An invocation by hand may have any event, null included: it has no context.
  const { version, requestContext } = Object(event);
  const { authorizer } = Object(requestContext);
  return version === '2.0' ? Object(authorizer).lambda : authorizer;
}
