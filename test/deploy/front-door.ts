import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseToken } from '../../lambda/contract/token/token-format.ts';
import type { KeyOf } from './api-keys.ts';

/** Stands for the DNS name of an API. */
export interface FrontDoor {
  /** `http://127.0.0.1:{port}` */
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/**
 * Passes requests on to MiniStack under the host name by which it knows an API, and with the API key
 * of the client that the token names; nothing else changes: header names keep their case, and
 * repeated headers stay apart.
 *
 * The key is there because MiniStack limits by keys, but takes them from the `x-api-key` header alone,
 * whatever the API's key source is. API Gateway takes the `usageIdentifierKey` that the authorizer
 * returns, and never looks at the header: so what a client sends there goes no further. That MiniStack
 * counts the right client is therefore our doing; that it limits is its own.
 *
 * Without it, the API would be below a long path of its own, where the paths that it answers with
 * (`Location`) lead nowhere; and `*.localhost` resolves in browsers, but not everywhere in Node.js.
 */
export async function openFrontDoor(port: number, apiId: string, keyOf: KeyOf): Promise<FrontDoor> {
  const host = `${apiId}.execute-api.localhost:${port}`;
  const pass = async (incoming: IncomingMessage, answer: ServerResponse) => {
    const { method, url: path, rawHeaders } = incoming;
    const [token = ''] = incoming.headersDistinct['x-api-token'] ?? [];
    const clientName = parseToken(token)?.clientName;
    const key = clientName === undefined ? undefined : await keyOf(clientName);
    const headers = [
      ...withoutKeys(rawHeaders).map((text, index, all) =>
        index % 2 === 1 && all[index - 1]?.toLowerCase() === 'host' ? host : text,
      ),
      ...(key === undefined ? [] : ['x-api-key', key]),
    ];
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers, agent: false },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.statusMessage, response.rawHeaders);
        response.pipe(answer);
      },
    );
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  };
  const server = createServer((incoming, answer) => {
    pass(incoming, answer).catch(() => answer.destroy());
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

function withoutKeys(rawHeaders: readonly string[]): string[] {
  const isKey = (name: string | undefined) => name?.toLowerCase() === 'x-api-key';
  return rawHeaders.filter((_, index) => !isKey(rawHeaders[index - (index % 2)]));
}
