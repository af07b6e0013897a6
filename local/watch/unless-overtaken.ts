import { setTimeout as delay } from 'node:timers/promises';
import type { Change, Changes } from './changes.ts';

/** How some work ended. */
export interface Ended<T> {
  /** What it has resolved to; undefined when a change has ended it. */
  readonly value: T | undefined;
  /** A change that was noticed meanwhile, and is not noticed again. */
  readonly next: Change | undefined;
}

/**
 * Does some work that may never end: once it takes too long, the next change ends it. Not before, because
 * the work itself may write files.
 *
 * @param patienceMs how long no change ends it, in milliseconds
 * @param onLong called when it takes longer
 * @throws what the work throws, unless a change has ended it
 */
export async function unlessOvertaken<T>(
  work: (signal: AbortSignal) => Promise<T>,
  changes: Pick<Changes, 'next'>,
  patienceMs: number,
  onLong: () => void,
  signal: AbortSignal,
): Promise<Ended<T>> {
  const overtaken = new AbortController();
  const ended = new AbortController();
  const waits = AbortSignal.any([signal, ended.signal]);
  let next: Change | undefined;
  async function overtake(): Promise<void> {
    await delay(patienceMs, undefined, { signal: waits });
    onLong();
    next = await changes.next(waits);
    overtaken.abort();
  }
  const overtaking = overtake().catch(() => undefined);
  const end = async () => {
    ended.abort();
    await overtaking;
  };
  try {
    const value = await work(AbortSignal.any([signal, overtaken.signal]));
    await end();
    return { value, next };
  } catch (error) {
    await end();
    if (signal.aborted || next === undefined) throw error;
    return { value: undefined, next };
  }
}
