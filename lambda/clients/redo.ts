import { type ClientPorts, StaleError } from './ports.ts';

const MAX_ATTEMPTS = 10;

/**
 * Does work that reads and then changes the table, again from its reading on whenever somebody else
 * was faster.
 *
 * @throws StaleError if others are faster all the time
 */
export async function redo<T>(
  { wait }: Pick<ClientPorts, 'wait'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleError) || attempt === MAX_ATTEMPTS) throw error;
      await wait(Math.random() * 50 * 2 ** Math.min(attempt, 5));
    }
  }
}

/** Does work that somebody else may have done meanwhile, which is as good. */
export async function unlessStale(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof StaleError)) throw error;
  }
}
