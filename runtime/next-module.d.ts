/**
 * What `runtime/next.ts` needs of Next.js's types, so that nobody installs Next.js to work on this.
 * Whoever uses it has Next.js, whose own types take the place of these; `npm run test:consumers`
 * compiles against them.
 */
declare module 'next' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface NextApiRequest extends IncomingMessage {
    query: Partial<Record<string, string | string[]>>;
    cookies: Partial<Record<string, string>>;
    // biome-ignore lint/suspicious/noExplicitAny: as Next.js has it
    body: any;
  }
  export type NextApiResponse<T = unknown> = ServerResponse & {
    json(body: T): void;
    send(body: T): void;
    status(statusCode: number): NextApiResponse<T>;
  };
  export type NextApiHandler<T = unknown> = (
    request: NextApiRequest,
    response: NextApiResponse<T>,
  ) => unknown;
}
