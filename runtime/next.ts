import type { NextApiHandler, NextApiRequest, NextApiResponse } from 'next';
import { headerValues } from './node-header.ts';
import { type RequestApiToken, type TokenGuardOptions, tokenGuard } from './token-guard.ts';

export type { RequestApiToken, TokenGuardOptions };

/** A request of the pages router behind `requireApiToken`. */
export interface ApiTokenRequest extends NextApiRequest {
  apiToken: RequestApiToken;
}

/**
 * Guards an API route of Next.js's pages router. Without a valid token the handler is not called, and
 * the answer is 401 or 403. For the app router, take `api-token-authorizer/web`.
 *
 * @returns a handler that rejects if no token is configured at all, which Next.js answers with 500
 * @throws TypeError at once if the options are malformed
 */
export function requireApiToken<T>(
  handler: (request: ApiTokenRequest, response: NextApiResponse<T>) => unknown,
  options?: TokenGuardOptions,
): NextApiHandler<T> {
  const guard = tokenGuard(options);
  return async (request, response) => {
    const { apiToken, refusal } = await guard.check(headerValues(request, guard.headerName));
    if (refusal) {
      response.writeHead(refusal.statusCode, refusal.headers).end(refusal.body);
      return;
    }
    return handler(Object.assign(request, { apiToken }), response);
  };
}
