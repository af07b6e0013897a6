import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands where the DNS name of an API would. */
export interface FrontDoor {
  /** `http://127.0.0.1:{port}` */
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/**
 * Passes requests on to MiniStack under the host name by which it knows an API, and changes nothing
 * else: header names keep their case, and repeated headers stay apart.
 *
 * Without it, the API would be below a long path of its own, where the paths that it answers with
 * (`Location`) lead nowhere; and `*.localhost` resolves in browsers, but not everywhere in Node.js.
 */
export async function openFrontDoor(port: number, apiId: string): Promise<FrontDoor> {
  const host = `${apiId}.execute-api.localhost:${port}`;
  const server = createServer((incoming, answer) => {
    const { method, url: path, rawHeaders } = incoming;
    const headers = rawHeaders.map((text, index) =>
      index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'host' ? host : text,
    );
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.statusMessage, response.rawHeaders);
        response.pipe(answer);
      },
    );
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
