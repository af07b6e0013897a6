import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { CallFailure } from './dynamodb-error.ts';

/** What a server answered. */
export interface Answer {
  readonly statusCode: number;
  readonly body: string;
}

/** Why no answer came. */
export class NoAnswer extends Error {
  readonly failure: CallFailure;
  /** Whether the connection had carried a call before: it may have died while the function was frozen. */
  readonly isReused: boolean;

  /** @param detail the code of a system error; nothing that a server said */
  constructor(failure: CallFailure, detail: string, isReused: boolean) {
    super(detail);
    this.failure = failure;
    this.isReused = isReused;
  }
}

/** A server, with connections that are kept. */
export interface Connection {
  /**
   * Sends a POST to the server's root.
   *
   * @param timeLimit in milliseconds, until the whole answer is there
   * @throws NoAnswer
   */
  post(headers: Readonly<Record<string, string>>, body: string, timeLimit: number): Promise<Answer>;
  /** Closes the connections that wait for a call, so that the next call opens one. */
  closeIdle(): void;
}

/**
 * Connects to a server, at the first call.
 *
 * @param maxBytes the largest answer to take
 */
export function connect(url: URL, maxBytes: number): Connection {
  // As an ES module, node:http would load undici: 0.7 of an empty function's cold start.
  const { request, Agent } =
    url.protocol === 'https:' ? https : process.getBuiltinModule('node:http');
  const agent = new Agent({ keepAlive: true });
  const options = { ...urlToHttpOptions(url), method: 'POST', agent };
  return {
    post: (headers, body, timeLimit) =>
      new Promise((resolve, reject) => {
        const outgoing = request({ ...options, headers }, (incoming) => {
          const chunks: Buffer[] = [];
          let size = 0;
          incoming.on('data', (chunk: Buffer) => {
            size += chunk.length;
            chunks.push(chunk);
            if (size > maxBytes) fail('AnswerTooLarge', `more than ${maxBytes} bytes`);
          });
          incoming.on('end', () => {
            clearTimeout(timer);
            const statusCode = incoming.statusCode ?? 0;
            resolve({ statusCode, body: Buffer.concat(chunks).toString() });
          });
          incoming.on('error', onError);
        });
        const fail = (failure: CallFailure, detail: string) => {
          clearTimeout(timer);
          reject(new NoAnswer(failure, detail, outgoing.reusedSocket));
          outgoing.destroy();
        };
        const onError = ({ code }: NodeJS.ErrnoException) =>
          fail('ConnectionFailed', code ?? 'no code');
        const timer = setTimeout(
          () => fail('DeadlineExceeded', `${Math.round(timeLimit)} ms`),
          timeLimit,
        );
        outgoing.on('error', onError);
        outgoing.end(body);
      }),
    closeIdle: () => {
      for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
    },
  };
}
