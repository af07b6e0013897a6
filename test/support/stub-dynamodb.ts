import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { CertificateChain } from '../../bench/certificate-chain.ts';

/** A request that arrived, and how to answer it. */
export interface StubCall {
  /** Of all requests, from 0 on. */
  readonly index: number;
  /** Which connection it came through, from 0 on. */
  readonly connection: number;
  readonly request: IncomingMessage;
  readonly body: string;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

/** A server in DynamoDB's place, that does what a test says. */
export interface StubDynamoDb {
  readonly url: string;
  readonly calls: readonly StubCall[];
  /** Connections that were opened. */
  readonly connectionCount: () => number;
  /** Ends all connections without a word to whoever is at the other end. */
  readonly resetConnections: () => void;
  readonly stop: () => Promise<void>;
}

/** Answers with JSON. */
export function answer(response: ServerResponse, status: number, content: unknown): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' }).end(text);
}

/** Starts a stub; with certificates, over TLS. */
export async function startStub(
  onCall: (call: StubCall) => void,
  certificates?: CertificateChain,
): Promise<StubDynamoDb> {
  const calls: StubCall[] = [];
  const sockets: Socket[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { socket } = request;
      const connection = sockets.indexOf(socket);
      const call = { index: calls.length, connection, request, body, response, socket };
      calls.push(call);
      onCall(call);
    });
  };
  const server = certificates
    ? createTlsServer({ key: certificates.key, cert: certificates.sent }, listener)
    : createServer(listener);
  server.on(certificates ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.push(socket);
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificates ? 'https' : 'http'}://localhost:${port}`,
    calls,
    connectionCount: () => sockets.length,
    resetConnections: () => {
      for (const socket of sockets) {
        // TLS knows no reset.
        if (certificates) socket.destroy();
        else socket.resetAndDestroy();
      }
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
