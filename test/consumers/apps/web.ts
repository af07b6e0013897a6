import { filesOfPage } from '../documents.ts';
import { checkServers } from '../servers.ts';
import type { ConsumerApp } from '../suite.ts';

/** The servers of `docs/frameworks/web-and-hono.md`, as they stand there. */
export const web: ConsumerApp = {
  name: 'web',
  run: async (consumer) => {
    consumer.write(filesOfPage(consumer.root, 'frameworks/web-and-hono.md'));
    await consumer.install(
      consumer.packed('api-token-authorizer'),
      'hono@4.13.19',
      '@hono/node-server@2.1.9',
      'bun@1.4.5',
      'deno@2.9.6',
    );
    await checkServers(consumer, {
      Hono: ['node', 'hono.mjs'],
      Bun: ['npx', 'bun', 'bun.mjs'],
      Deno: ['npx', 'deno', 'run', '--allow-env', '--allow-net', 'deno.mjs'],
    });
  },
};
