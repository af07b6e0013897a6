import { request } from 'node:http';

export interface Page {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Asks for a target exactly as it is written. */
export function ask(url: string, path: string, options: object = {}): Promise<Page> {
  const { promise, resolve, reject } = Promise.withResolvers<Page>();
  const { port } = new URL(url);
  const outgoing = request({ port, host: '127.0.0.1', path, ...options }, (incoming) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    incoming.on('end', () =>
      resolve({ status: incoming.statusCode, headers: incoming.headers, text }),
    );
  });
  outgoing.on('error', reject);
  outgoing.end();
  return promise;
}
