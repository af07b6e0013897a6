import { freePort } from '../consumer.ts';
import { filesOfPage } from '../documents.ts';
import { checkCallers, TOKEN_ENVIRONMENT } from '../requests.ts';
import type { ConsumerApp } from '../suite.ts';

/** The server of `docs/frameworks/web-and-hono.md`, as it stands there. */
export const hono: ConsumerApp = {
  name: 'hono',
  run: async ({ root, check, install, packed, serve, write }) => {
    write(filesOfPage(root, 'frameworks/web-and-hono.md'));
    await install(packed('api-token-authorizer'), 'hono@4.13.19', '@hono/node-server@2.1.9');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/reports`;
    const env = { ...TOKEN_ENVIRONMENT, PORT: String(port) };
    await serve(url, 'node', ['server.mjs'], { env });
    await check('a route answers 401, 401, 403, 200', () => checkCallers(url));
  },
};
