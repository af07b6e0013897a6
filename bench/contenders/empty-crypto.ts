import { hash } from 'node:crypto';

/** Here only so that the import is not dropped. */
export const imported = hash;

/** The empty handler, with the one module of Node.js that the authorizer loads. */
export { handler } from './empty.ts';
