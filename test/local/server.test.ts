import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import type { Gateway } from '../../local/api/gateway.ts';
import { startServer } from '../../local/http/server.ts';

test('a port that is taken between the first look and the start is a problem', async () => {
  const other = createServer();
  const port = await new Promise<number>((ready) => {
    other.listen(0, '127.0.0.1', () => ready((other.address() as { port: number }).port));
  });
  const console = { answer: () => false };
  const options = { console, port, maxBodyBytes: 1, onOutcome: () => undefined };
  await expect(startServer({ ...options, gateway: {} as Gateway })).rejects.toThrow(
    `Port ${port} is taken: choose another with --port, 0 takes a free one.`,
  );
  other.close();
});
