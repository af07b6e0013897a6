import type { EventEmitter } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../../terminal/problem.ts';
import { type StoreData, startStore } from './store.ts';

/** What the store's thread tells the gateway. */
export type StoreMessage = { readonly listening: number } | { readonly failure: string };

/**
 * Runs a store for whoever is at the other end of the port, until it sends any message.
 *
 * dynalite throws on a thread of its own making when its folder is locked or a caller hangs up; such
 * an error must neither end the gateway nor pass unseen.
 */
export function serveStore(port: MessagePort, data: StoreData, errors: EventEmitter): void {
  const tell = (message: StoreMessage) => port.postMessage(message);
  const onError = (error: unknown) => tell({ failure: messageOf(error) });
  errors.on('uncaughtException', onError);
  errors.on('unhandledRejection', onError);
  startStore(data).then((store) => {
    tell({ listening: store.port });
    port.once('message', () => {
      void store.close().finally(() => port.close());
    });
  }, onError);
}
