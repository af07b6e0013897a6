import { createServer } from 'node:net';
import { codeOf, Problem } from '../../terminal/problem.ts';
import { host } from './listen.ts';

/** The problem of a port that a server cannot listen on. */
export function portProblem(port: number, error: unknown): Problem {
  const code = codeOf(error);
  const reason = code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${code})`;
  return new Problem(`Port ${port} ${reason}: choose another with --port, 0 takes a free one.`);
}

/**
 * Checks that a port is free before the rest of a start takes its time.
 *
 * @throws Problem when it is not
 */
export async function requireFreePort(port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const server = createServer();
  server.on('error', (error) => reject(portProblem(port, error)));
  server.listen(port, host, () => server.close(() => resolve()));
  await promise;
}
