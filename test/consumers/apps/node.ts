import { filesOfPage } from '../documents.ts';
import { checkServers } from '../servers.ts';
import type { ConsumerApp } from '../suite.ts';

/** The servers of `docs/frameworks/express.md`, as they stand there. */
export const node: ConsumerApp = {
  name: 'node',
  run: async (consumer) => {
    consumer.write(filesOfPage(consumer.root, 'frameworks/express.md'));
    await consumer.install(
      consumer.packed('api-token-authorizer'),
      'express@5.3.0',
      'connect@3.7.0',
      'fastify@5.12.8',
      '@fastify/middie@9.3.6',
    );
    await checkServers(consumer, {
      Express: ['node', 'express.mjs'],
      Connect: ['node', 'connect.mjs'],
      'Fastify with middie': ['node', 'fastify.mjs'],
    });
  },
};
