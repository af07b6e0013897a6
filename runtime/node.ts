import type { IncomingMessage, ServerResponse } from 'node:http';
import { headerValues } from './node-header.ts';
import { type RequestApiToken, type TokenGuardOptions, tokenGuard } from './token-guard.ts';

export type { RequestApiToken, TokenGuardOptions };

/** A request behind `requireApiToken`. */
export interface ApiTokenRequest extends IncomingMessage {
  apiToken: RequestApiToken;
}

declare global {
  namespace Express {
    interface Request {
      /** Who is calling: there behind `requireApiToken`. */
      apiToken?: RequestApiToken;
    }
  }
}

/** A middleware of Express, Connect, Fastify's middie and the like. */
export type NodeMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * A middleware that puts `apiToken` on the request. Without a valid token it answers 401 or 403 and
 * does not call `next`; if no token is configured at all, it calls `next` with the error.
 *
 * @throws TypeError at once if the options are malformed
 */
export function requireApiToken(options?: TokenGuardOptions): NodeMiddleware {
  const guard = tokenGuard(options);
  return (request, response, next) => {
    guard.check(headerValues(request, guard.headerName)).then(
      ({ apiToken, refusal }) => {
        if (refusal) {
          response.writeHead(refusal.statusCode, refusal.headers).end(refusal.body);
          return;
        }
        Object.assign(request, { apiToken });
        next();
      },
      (error: unknown) => next(error),
    );
  };
}
