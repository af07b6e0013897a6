import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { whyRefused } from '../aws/caller.ts';
import { errorResponse } from '../aws/service.ts';
import { type Listening, listen } from '../http/listen.ts';
import { dynaliteServer } from './dynalite-server.ts';

/** The settings of a store. */
export interface StoreData {
  /** The folder that keeps the data; undefined keeps it in memory. */
  readonly path: string | undefined;
  /** The id of the access key that signs calls. */
  readonly accessKeyId: string;
}

/** Checks callers before dynalite, which answers everyone, web pages included. */
function checkCallers(server: Server, accessKeyId: string): void {
  const [answer] = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refusal = whyRefused(request, accessKeyId);
    if (refusal === undefined) {
      answer?.(request, response);
      return;
    }
    const { status, headers, body } = errorResponse(refusal);
    // The rest of what the client sends is not read.
    response.writeHead(status, { ...headers, Connection: 'close' }).end(body);
  });
}

/**
 * Starts dynalite on a free loopback port.
 *
 * @throws when the folder cannot be opened, for instance because another process has it open
 */
export async function startStore({ path, accessKeyId }: StoreData): Promise<Listening> {
  const server = dynaliteServer(path);
  checkCallers(server, accessKeyId);
  return await listen(server, 0);
}
