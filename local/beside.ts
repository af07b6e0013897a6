/**
 * Starts a second piece of work beside a first. When the first fails, the second is aborted, and its
 * end awaited, before the failure is passed on.
 *
 * @param signal aborts the second
 */
export function beside<A, B>(
  first: Promise<A>,
  signal: AbortSignal,
  start: (signal: AbortSignal) => Promise<B>,
): { readonly first: Promise<A>; readonly second: Promise<B> } {
  const failed = new AbortController();
  const second = start(AbortSignal.any([signal, failed.signal]));
  // Nobody waits for the second when the first has failed.
  second.catch(() => undefined);
  const either = first.catch(async (error: unknown) => {
    failed.abort();
    await Promise.allSettled([second]);
    throw error;
  });
  return { first: either, second };
}
