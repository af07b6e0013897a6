import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The address that everything of the local gateway listens on: other machines do not reach it. */
export const host = '127.0.0.1';

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Ends all connections and the server. */
  close(): Promise<void>;
}

/**
 * Lets a server listen on 127.0.0.1.
 *
 * Only the callers end idle connections: one that is closed while it is used again fails a call.
 *
 * @param port 0 is any free one
 * @throws what the server cannot listen for, such as a port that is taken
 */
export async function listen(server: Server, port: number): Promise<Listening> {
  server.keepAliveTimeout = 0;
  server.listen(port, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      // SDKs and browsers keep their connections alive.
      server.closeAllConnections();
      await closed;
    },
  };
}
