import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fastify } from 'fastify';
import type { Gateway } from '../api/gateway.ts';
import type { Outcome } from '../api/outcome.ts';
import type { Pairs } from '../api/request/headers.ts';
import type { RawRequest } from '../api/request/request.ts';
import type { Console } from '../console/console.ts';
import { host, portProblem } from './port.ts';
import { readBody } from './read-body.ts';
import { isForThisMachine } from './this-machine.ts';

export interface ServerOptions {
  readonly gateway: Gateway;
  readonly console: Pick<Console, 'answer'>;
  /** 0 is any free port. */
  readonly port: number;
  readonly maxBodyBytes: number;
  /** Called for each request that has been answered. */
  readonly onOutcome: (outcome: Outcome) => void;
}

export interface Server {
  readonly port: number;
  /** Ends all connections and the server. */
  close(): Promise<void>;
}

/** Node.js must let headers through that are too large for API Gateway, for the gateway to say so. */
const maxHeaderSize = 64 * 1024;

function pairs(rawHeaders: readonly string[]): Pairs {
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return names.map((name, index) => [name, rawHeaders[index * 2 + 1] ?? ''] as const);
}

async function rawRequest(
  message: IncomingMessage,
  target: string,
  maxBodyBytes: number,
): Promise<RawRequest> {
  return {
    method: message.method ?? 'GET',
    target,
    headers: pairs(message.rawHeaders),
    body: await readBody(message, maxBodyBytes),
    sourceIp: message.socket.remoteAddress ?? '127.0.0.1',
    port: message.socket.localPort ?? 0,
    httpVersion: message.httpVersion,
  };
}

/** Answers what is no HTTP, which never gets as far as a request. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
  const [status, message] = tooLarge
    ? ['431 Request Header Fields Too Large', 'Request Header Fields Too Large']
    : ['400 Bad Request', 'Bad Request'];
  const body = JSON.stringify({ message });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nx-amzn-RequestId: ${randomUUID()}\r\n` +
      `Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

/** Answers a request under another name, as API Gateway answers one for a domain that it has not. */
function refuseForeignHost({ socket }: IncomingMessage, response: ServerResponse): void {
  const message = `The local gateway answers only at http://${host}:${socket.localPort}`;
  response
    .writeHead(403, {
      'Content-Type': 'application/json',
      'x-amzn-ErrorType': 'ForbiddenException',
      'x-amzn-RequestId': randomUUID(),
      // What the client sends after this is not read.
      Connection: 'close',
    })
    .end(JSON.stringify({ message }));
}

/** Headers by name for Node.js, several values as a list. */
function headerLists(headers: Pairs): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  const nameFor = new Map<string, string>();
  for (const [name, value] of headers) {
    const known = nameFor.get(name.toLowerCase()) ?? name;
    nameFor.set(name.toLowerCase(), known);
    lists.set(known, [...(lists.get(known) ?? []), value]);
  }
  return lists;
}

/**
 * Serves a gateway on 127.0.0.1, to those who call it so: pages of the web may call it as far as the
 * API's CORS configuration lets them, but not under a name of their own.
 *
 * @throws Problem when the port is taken or may not be used
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { gateway, console, port, maxBodyBytes, onOutcome } = options;
  const app = fastify({
    // All requests go one way: the gateway has its own router, and no target may upset Fastify's.
    rewriteUrl: () => '/',
    forceCloseConnections: true,
    clientErrorHandler: answerBrokenRequest,
    http: { maxHeaderSize },
  });
  // A hook, so that bodies come as they are, whatever their content type says.
  app.addHook('onRequest', async (request, reply) => {
    if (console.answer(request.originalUrl, request.raw, reply.raw)) {
      reply.hijack();
      return;
    }
    if (!isForThisMachine(request.raw)) {
      reply.hijack();
      refuseForeignHost(request.raw, reply.raw);
      return;
    }
    const raw = await rawRequest(request.raw, request.originalUrl, maxBodyBytes);
    const { response, outcome } = await gateway.handle(raw);
    reply.hijack();
    for (const [name, values] of headerLists(response.headers)) reply.raw.setHeader(name, values);
    // The rest of a body that was not read cannot be told from the next request.
    if (raw.body === undefined) reply.raw.setHeader('Connection', 'close');
    reply.raw.writeHead(response.statusCode).end(response.body);
    onOutcome(outcome);
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw portProblem(port, error);
  }
  return {
    port: (app.server.address() as AddressInfo).port,
    close: async () => {
      await app.close();
    },
  };
}
