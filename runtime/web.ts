import { type RequestApiToken, type TokenGuardOptions, tokenGuard } from './token-guard.ts';

export type { RequestApiToken, TokenGuardOptions };

/** A request behind `requireApiToken`. */
export type ApiTokenRequest<R extends Request = Request> = R & {
  readonly apiToken: RequestApiToken;
};

/**
 * Guards a handler of the web's `Request` and `Response`: a route of Next.js's app router, Hono, Bun,
 * Deno, a service worker. The handler gets the request with `apiToken`, and whatever else the
 * framework passes; without a valid token it is not called, and the answer is 401 or 403.
 *
 * @returns a handler that rejects if no token is configured at all, which is a 500
 * @throws TypeError at once if the options are malformed
 */
export function requireApiToken<R extends Request, Rest extends unknown[]>(
  handler: (request: ApiTokenRequest<R>, ...rest: Rest) => Response | Promise<Response>,
  options?: TokenGuardOptions,
): (request: R, ...rest: Rest) => Promise<Response> {
  const guard = tokenGuard(options);
  return async (request, ...rest) => {
    const { apiToken, refusal } = await guard.check(request.headers.get(guard.headerName));
    if (refusal) {
      const { statusCode: status, headers, body } = refusal;
      return new Response(body, { status, headers });
    }
    return handler(Object.assign(request, { apiToken }), ...rest);
  };
}
