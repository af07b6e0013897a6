import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A function's answer to an event. */
export interface Answer {
  readonly ok: boolean;
  readonly body: string;
}

/** Lambda's Runtime API on loopback, for one function. */
export interface RuntimeApi {
  /** `127.0.0.1:12345`, for `AWS_LAMBDA_RUNTIME_API`. */
  readonly address: string;
  /**
   * Waits until the function is idle: until it asks for its next event.
   *
   * @throws Error with the function's message, if it failed to start
   */
  readonly idle: () => Promise<void>;
  /** Gives an idle function an event, as JSON, and waits for its answer. */
  readonly invoke: (event: string) => Promise<Answer>;
  readonly stop: () => void;
}

const VERSION = '/2018-06-01/runtime';
const TIMEOUT_MS = 5_000;

const INVOCATION_HEADERS = {
  'Content-Type': 'application/json',
  'Lambda-Runtime-Aws-Request-Id': '3f0c8f5e-6f6a-4a54-9d8f-0e2b7a1c9d42',
  'Lambda-Runtime-Invoked-Function-Arn':
    'arn:aws:lambda:eu-central-1:123456789012:function:authorizer',
  'Lambda-Runtime-Trace-Id':
    'Root=1-65f1c2d3-0a1b2c3d4e5f60718293a4b5;Parent=0a1b2c3d4e5f6071;Sampled=0',
};

/**
 * Starts a Runtime API.
 *
 * Source: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
 */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  let asked = Promise.withResolvers<void>();
  let answered = Promise.withResolvers<Answer>();
  // A failure without a waiter must not end the process.
  asked.promise.catch(() => undefined);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === `${VERSION}/invocation/next`) {
      waiting = response;
      asked.resolve();
      return;
    }
    const body = await text(request);
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}');
    if (request.url === `${VERSION}/init/error`) asked.reject(new Error(body));
    else answered.resolve({ ok: request.url?.endsWith('/response') === true, body });
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    idle: () => asked.promise,
    invoke: async (event) => {
      await asked.promise;
      asked = Promise.withResolvers();
      asked.promise.catch(() => undefined);
      answered = Promise.withResolvers();
      waiting
        ?.writeHead(200, {
          ...INVOCATION_HEADERS,
          'Lambda-Runtime-Deadline-Ms': String(Date.now() + TIMEOUT_MS),
        })
        .end(event);
      return answered.promise;
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
