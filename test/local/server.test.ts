import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Gateway } from '../../local/api/gateway.ts';
import type { Outcome } from '../../local/api/outcome.ts';
import type { RawRequest } from '../../local/api/request/request.ts';
import type { Listening } from '../../local/http/listen.ts';
import { startServer } from '../../local/http/server.ts';
import { eventually } from './support/eventually.ts';

const gatewayConsole = { answer: () => false };
let server: Listening;
let handled: RawRequest[];
let header: readonly [string, string];

const gateway: Pick<Gateway, 'handle'> = {
  handle: async (raw) => {
    handled.push(raw);
    const response = { statusCode: 200, headers: [header], body: raw.body ?? Buffer.alloc(0) };
    return { response, outcome: {} as Outcome };
  },
};

beforeEach(async () => {
  handled = [];
  header = ['X-A', 'b'];
  const onOutcome = () => undefined;
  server = await startServer({ gateway, gatewayConsole, port: 0, maxBodyBytes: 10, onOutcome });
});

afterEach(() => server.close());

async function call(body: string, headers: Record<string, string> = {}, agent?: Agent) {
  const outgoing = request(
    { port: server.port, host: '127.0.0.1', method: 'POST', headers, agent },
    () => undefined,
  );
  let continued = false;
  outgoing.on('continue', () => {
    continued = true;
    outgoing.end(body);
  });
  if (headers.Expect === undefined) outgoing.end(body);
  else outgoing.flushHeaders();
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return { status: incoming.statusCode, headers: incoming.headers, text, continued };
}

test('a port that is taken between the first look and the start is a problem', async () => {
  const other = createServer();
  const port = await new Promise<number>((ready) => {
    other.listen(0, '127.0.0.1', () => ready((other.address() as { port: number }).port));
  });
  const options = { gatewayConsole, port, maxBodyBytes: 1, onOutcome: () => undefined };
  await expect(startServer({ ...options, gateway: {} as Gateway })).rejects.toThrow(
    `Port ${port} is taken: choose another with --port, 0 takes a free one.`,
  );
  other.close();
});

test('a client that waits for a 100 before it sends its body gets one', async () => {
  const answer = await call('body', { Expect: '100-continue', 'Content-Length': '4' });
  expect(answer).toMatchObject({ status: 200, text: 'body', continued: true });
});

test('a body over the limit is told to the gateway, and ends the connection', async () => {
  expect((await call('more than ten')).headers.connection).toBe('close');
  expect(handled[0]?.body).toBeUndefined();
});

test('a header that HTTP does not allow is a 500, and no end of the server', async () => {
  header = ['X-A', 'a\nb'];
  expect(await call('')).toMatchObject({ status: 500, text: '' });
  header = ['X-A', 'b'];
  expect(await call('')).toMatchObject({ status: 200 });
});

test('a client that hangs up before the end of its body is not handled', async () => {
  const socket = connect(server.port, '127.0.0.1');
  const start = `POST / HTTP/1.1\r\nHost: localhost:${server.port}\r\nContent-Length: 9\r\n\r\nhalf`;
  await new Promise<void>((sent) => socket.write(start, () => sent()));
  socket.destroy();
  expect((await call('whole')).text).toBe('whole');
  expect(handled.map(({ body }) => String(body))).toEqual(['whole']);
});

test('a connection serves several requests, and ends with the server', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<unknown>();
  agent.on('free', (socket) => sockets.add(socket));
  await call('', {}, agent);
  await call('', {}, agent);
  expect(handled).toHaveLength(2);
  await eventually(() => (sockets.size === 1 ? true : undefined));
  await server.close();
  await eventually(() =>
    [...sockets].every((socket) => (socket as { destroyed: boolean }).destroyed) ? true : undefined,
  );
  agent.destroy();
  server = { port: 0, close: async () => undefined };
});
