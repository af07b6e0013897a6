import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Gateway } from '../api/gateway.ts';
import type { Outcome } from '../api/outcome.ts';
import type { Pairs } from '../api/request/headers.ts';
import type { RawRequest } from '../api/request/request.ts';
import type { GatewayConsole } from '../console/gateway-console.ts';
import { InFlight } from '../in-flight.ts';
import { host, type Listening, listen } from './listen.ts';
import { portProblem } from './port.ts';
import { readBody } from './read-body.ts';
import { isForThisMachine } from './this-machine.ts';

export interface ServerOptions {
  readonly gateway: Pick<Gateway, 'handle'>;
  readonly gatewayConsole: Pick<GatewayConsole, 'answer'>;
  /** 0 is any free port. */
  readonly port: number;
  readonly maxBodyBytes: number;
  /** Called for each request that has been answered. */
  readonly onOutcome: (outcome: Outcome) => void;
}

/** A server that answers an API's requests. */
export interface ApiServer extends Listening {
  /** Takes no more requests, answers those under way, and then ends all connections. */
  finish(): Promise<void>;
}

/** In bytes; more than API Gateway takes, so that the gateway itself refuses what is too large. */
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

/** Answers what is not HTTP, and so never becomes a request. */
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

/** Answers a request for another host name, as API Gateway does for a domain that is not its own. */
function refuseForeignHost({ socket }: IncomingMessage, response: ServerResponse): void {
  const message = `The local gateway answers only at http://${host}:${socket.localPort}`;
  response
    .writeHead(403, {
      'Content-Type': 'application/json',
      'x-amzn-ErrorType': 'ForbiddenException',
      'x-amzn-RequestId': randomUUID(),
      // The rest of what the client sends is not read.
      Connection: 'close',
    })
    .end(JSON.stringify({ message }));
}

/** Headers by name for Node.js, several values as a list. */
function headerLists(headers: Pairs): Record<string, string[]> {
  const lists = new Map<string, string[]>();
  const nameFor = new Map<string, string>();
  for (const [name, value] of headers) {
    const known = nameFor.get(name.toLowerCase()) ?? name;
    nameFor.set(name.toLowerCase(), known);
    lists.set(known, [...(lists.get(known) ?? []), value]);
  }
  return Object.fromEntries(lists);
}

async function answer(
  message: IncomingMessage,
  reply: ServerResponse,
  { gateway, gatewayConsole, maxBodyBytes, onOutcome }: ServerOptions,
  requests: InFlight,
): Promise<void> {
  const { url: target = '/' } = message;
  if (gatewayConsole.answer(target, message, reply)) return;
  void requests.track(once(reply, 'close'));
  if (!isForThisMachine(message)) {
    refuseForeignHost(message, reply);
    return;
  }
  const raw = await rawRequest(message, target, maxBodyBytes);
  const { response, outcome } = await gateway.handle(raw);
  reply.writeHead(response.statusCode, {
    ...headerLists(response.headers),
    // The unread rest of the body would be taken for the next request.
    ...(raw.body === undefined && { Connection: 'close' }),
  });
  reply.end(response.body);
  onOutcome(outcome);
}

/**
 * Serves a gateway on 127.0.0.1 and refuses requests for any other host name. Web pages may call it as
 * far as the API's CORS configuration allows.
 *
 * @throws Problem when the port is taken or may not be used
 */
export async function startServer(options: ServerOptions): Promise<ApiServer> {
  const { port } = options;
  const requests = new InFlight();
  const server = createServer({ maxHeaderSize }, (message, reply) => {
    answer(message, reply, options, requests).catch(() => {
      // The client has hung up, or the API declares a header that HTTP does not allow.
      if (reply.headersSent) reply.destroy();
      else reply.writeHead(500, { Connection: 'close' }).end();
    });
  });
  server.on('clientError', answerBrokenRequest);
  try {
    const listening = await listen(server, port);
    return {
      ...listening,
      async finish() {
        server.close();
        await requests.ended();
        await listening.close();
      },
    };
  } catch (error) {
    throw portProblem(port, error);
  }
}
