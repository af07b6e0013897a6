import { exampleCalls } from '../api/calls.ts';
import type { LocalGateway } from '../local-gateway.ts';
import type { LocalStack } from '../local-stack.ts';
import { curlCommand } from './curl.ts';
import type { Paint } from './paint.ts';

/**
 * What a developer sees when the gateway is ready: the URL and, for each client, commands to paste.
 *
 * The authorizer is asked which calls a client may make, so that each command is one that works.
 *
 * @param elapsedMs how long the start took, in milliseconds
 */
export async function welcomeText(
  stack: LocalStack,
  gateway: LocalGateway,
  elapsedMs: number,
  paint: Paint,
): Promise<string> {
  const { url } = gateway;
  const clients = await Promise.all(
    stack.clients.map(async (client) => {
      const calls = exampleCalls(stack.api, client);
      const admitted = await Promise.all(calls.map((call) => gateway.admits(call)));
      const works = calls.filter((_, index) => admitted[index] === true);
      return [
        '',
        paint('cyan', client.name),
        ...works.map((call) => `  ${curlCommand(url, call)}`),
      ];
    }),
  );
  const ready = `${paint('green', 'Ready')} in ${(elapsedMs / 1000).toFixed(1)} s: ${paint('bold', url)}`;
  return [ready, ...clients.flat(), ''].join('\n');
}
