import type { Server } from 'node:http';
import dynalite from 'dynalite';
import db, { type Store } from 'dynalite/db/index.js';
import { addTransactions } from './transactions.ts';

/** dynalite, with transactions. Its tables are there at once. */
export function dynaliteServer(path: string | undefined, now?: () => number): Server {
  let store: Store | undefined;
  const { create } = db;
  // dynalite keeps its store to itself, and a transaction has to be one batch of it.
  db.create = (options) => {
    store = create(options);
    return store;
  };
  try {
    const server = dynalite({
      ...(path !== undefined && { path }),
      createTableMs: 0,
      deleteTableMs: 0,
      updateTableMs: 0,
    });
    if (store === undefined) throw new Error('this version of dynalite makes its store elsewhere');
    addTransactions(server, store, now);
    return server;
  } finally {
    db.create = create;
  }
}
