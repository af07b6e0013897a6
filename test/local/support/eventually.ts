import { setTimeout as delay } from 'node:timers/promises';

/** Waits, at most 20 s, until something is there: what threads print comes after their answers. */
export async function eventually<T>(find: () => T | undefined): Promise<T> {
  for (const until = Date.now() + 20_000; Date.now() < until; await delay(10)) {
    const found = find();
    if (found !== undefined) return found;
  }
  throw new Error('it did not happen within 20 s');
}
