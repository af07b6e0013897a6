import { RESULT_LIFETIME_MILLISECONDS } from '../contract/table/result-lifetime.ts';
import type { ClientPorts } from './ports.ts';

// Longer than the authorizer takes for an answer.
const SETTLE_MILLISECONDS = 1_000;

/**
 * Waits until nobody accepts what the table has stopped to grant. Call it after the table was written.
 *
 * An authorizer that asked before may answer from what it kept for as long as its results live, and API
 * Gateway keeps that answer: so it forgets what it has now, and again when no such answer can come.
 */
export async function enforce({ cache, wait }: Pick<ClientPorts, 'cache' | 'wait'>): Promise<void> {
  await cache.flush();
  await wait(RESULT_LIFETIME_MILLISECONDS + SETTLE_MILLISECONDS);
  await cache.flush();
}
