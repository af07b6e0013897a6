import type { EventEmitter } from 'node:events';
import type { MessagePort } from 'node:worker_threads';
import { messageOf } from '../../terminal/problem.ts';
import { type StoreData, startStore } from './store.ts';

/** What the store's thread tells the gateway. */
export type StoreMessage = { readonly listening: number } | { readonly failure: string };

/**
 * Runs a store until any message comes through the port.
 *
 * dynalite throws outside any call of ours when its folder is locked or a caller hangs up. Such an
 * error must not end the gateway, and the gateway must hear of it.
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
