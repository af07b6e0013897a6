import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';

/** A running DynamoDB store. */
export interface Store {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts dynalite on a free loopback port.
 *
 * @param path the folder that keeps the data; undefined keeps it in memory
 * @throws when the folder cannot be opened, for instance because another process has it open
 */
export async function startStore(path: string | undefined): Promise<Store> {
  const server: Server = dynalite({
    ...(path !== undefined && { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      // A function's SDK keeps its connections alive.
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
