import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The address of all the local gateway's servers: other machines cannot reach it. */
export const host = '127.0.0.1';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Ends all connections and the server. */
  close(): Promise<void>;
}

/**
 * Makes a server listen on 127.0.0.1.
 *
 * Callers end idle connections, the server never does: a call on a connection that is just closing
 * would fail.
 *
 * @param port 0 is any free one
 * @throws the system's error when the port cannot be used
 */
export async function listen(server: Server, port: number): Promise<Listening> {
  server.keepAliveTimeout = 0;
  server.listen(port, host);
  await once(server, 'listening');
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  server.on('close', resolve);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      // SDKs and browsers keep their connections alive.
      server.closeAllConnections();
      await closed;
    },
  };
}
