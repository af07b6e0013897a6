import { parentPort, workerData } from 'node:worker_threads';
import { serveHandler } from './serve-handler.ts';

if (parentPort !== null) await serveHandler(parentPort, workerData);
