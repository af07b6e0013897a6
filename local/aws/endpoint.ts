import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathOf } from '../api/request.ts';
import { cut } from '../cut.ts';
import { host } from '../http/port.ts';
import { readBody } from '../http/read-body.ts';
import { messageOf } from '../problem.ts';
import {
  AwsError,
  type AwsResponse,
  type AwsService,
  answersPath,
  errorResponse,
} from './service.ts';

/** A local stand-in for AWS, on 127.0.0.1. */
export interface AwsEndpoint {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

const maxBodyBytes = 16 * 1024 * 1024;

/**
 * Only a program that means to talk to AWS is answered: a page in a browser, which can reach this
 * port too, can send neither of the two without asking first, nor call the host by this name.
 */
function isMeant({ headers, method, url }: IncomingMessage, port: number): boolean {
  const isLocal = [`${host}:${port}`, `localhost:${port}`].includes(headers.host ?? '');
  const isAnswer = method === 'PUT' && url?.startsWith(answersPath) === true;
  return isLocal && (Boolean(headers.authorization) || isAnswer);
}

async function answer(
  message: IncomingMessage,
  port: number,
  services: readonly AwsService[],
): Promise<AwsResponse> {
  if (!isMeant(message, port)) {
    throw new AwsError(403, 'MissingAuthenticationTokenException', 'The request is not signed.');
  }
  const body = await readBody(message, maxBodyBytes);
  if (body === undefined) throw new AwsError(413, 'RequestEntityTooLargeException', 'Too large.');
  const { method = 'GET', url = '/', headers } = message;
  const request = {
    method,
    path: pathOf(url),
    query: new URLSearchParams(cut(url, '?')[1]),
    headers,
    body: body.toString(),
  };
  for (const service of services) {
    const response = service(request);
    if (response !== undefined) return await response;
  }
  throw new AwsError(
    501,
    'NotImplemented',
    `The local gateway has no ${String(headers['x-amz-target'] ?? `${method} ${request.path}`)}.`,
  );
}

/**
 * Starts a server for calls of AWS's APIs on a free port of 127.0.0.1.
 *
 * Calls have to be signed, as the SDKs do it; the signatures are not checked.
 */
export async function startAwsEndpoint(services: readonly AwsService[]): Promise<AwsEndpoint> {
  let port = 0;
  const server = createServer((message, reply) => {
    void answer(message, port, services)
      .catch((error: unknown) =>
        errorResponse(
          error instanceof AwsError
            ? error
            : new AwsError(500, 'InternalFailure', messageOf(error)),
        ),
      )
      .then(({ status, headers, body }) => reply.writeHead(status, headers).end(body));
  });
  server.listen(0, host);
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  return {
    url: `http://${host}:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      // The functions' SDKs keep their connections alive.
      server.closeAllConnections();
      await closed;
    },
  };
}
