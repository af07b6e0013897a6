import { createServer, type IncomingMessage, request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '../../../local/http/listen.ts';

/** Stands in front of a server, and lets through what it should. */
export interface HttpGate {
  readonly url: string;
  /** Breaks the connection of each request whose body has this text; undefined: of none. */
  refuse(text: string | undefined): void;
  close(): Promise<void>;
}

/** Opens a gate in front of a server on this machine. */
export async function httpGate(target: string): Promise<HttpGate> {
  let refused: string | undefined;
  const server = createServer(async (incoming: IncomingMessage, response) => {
    const { method, url } = incoming;
    const headers = { ...incoming.headers, host: new URL(target).host };
    const body = await buffer(incoming);
    if (refused !== undefined && body.includes(refused)) {
      incoming.socket.destroy();
      return;
    }
    const outgoing = sendRequest(new URL(url ?? '/', target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    outgoing.end(body);
  });
  const listening = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${listening.port}`,
    refuse(text) {
      refused = text;
    },
    close: () => listening.close(),
  };
}
