import { createServer, type IncomingMessage } from 'node:http';
import { messageOf } from '../../terminal/problem.ts';
import { pathOf } from '../api/request/parse-request.ts';
import { host, listen } from '../http/listen.ts';
import { readBody } from '../http/read-body.ts';
import { splitOnce } from '../split-once.ts';
import { whyRefused } from './caller.ts';
import { isQuery, queryErrorResponse } from './cloudformation.ts';
import type { Credentials } from './credentials.ts';
import { AwsError, type AwsResponse, type AwsService, errorResponse } from './service.ts';

/** A local stand-in for AWS, on 127.0.0.1. */
export interface AwsEndpoint {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  close(): Promise<void>;
}

const maxBodyBytes = 16 * 1024 * 1024;

async function answer(
  message: IncomingMessage,
  accessKeyId: string,
  services: readonly AwsService[],
): Promise<AwsResponse> {
  const refusal = whyRefused(message, accessKeyId);
  if (refusal !== undefined) throw refusal;
  const body = await readBody(message, maxBodyBytes);
  if (body === undefined) throw new AwsError(413, 'RequestEntityTooLargeException', 'Too large.');
  const { method = 'GET', url = '/', headers } = message;
  const request = {
    method,
    path: pathOf(url),
    query: new URLSearchParams(splitOnce(url, '?')[1]),
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
 * It answers calls that are signed with the access key.
 *
 * @param services those of the moment
 */
export async function startAwsEndpoint(
  services: () => readonly AwsService[],
  { accessKeyId }: Credentials,
): Promise<AwsEndpoint> {
  const server = createServer((message, reply) => {
    void answer(message, accessKeyId, services())
      .catch((error: unknown) => {
        const known =
          error instanceof AwsError
            ? error
            : new AwsError(500, 'InternalFailure', messageOf(error));
        return isQuery(message.headers) ? queryErrorResponse(known) : errorResponse(known);
      })
      .then(({ status, headers, body }) => reply.writeHead(status, headers).end(body));
  });
  const listening = await listen(server, 0);
  return { url: `http://${host}:${listening.port}`, close: () => listening.close() };
}
