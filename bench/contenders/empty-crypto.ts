import { hash } from 'node:crypto';

/** Keeps the bundler from dropping the import. */
export const imported = hash;

/** The empty handler with `node:crypto`, the one module of Node.js that the authorizer loads. */
export { handler } from './empty.ts';
