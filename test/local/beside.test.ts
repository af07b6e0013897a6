import { expect, test } from '@jest/globals';
import { beside } from '../../local/beside.ts';

/** Work that ends when it is aborted, with how it has ended. */
function endless() {
  const work = { isAborted: false, hasEnded: false };
  const start = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        work.isAborted = true;
        setImmediate(() => {
          work.hasEnded = true;
          reject(new Error('second'));
        });
      });
    });
  return { work, start };
}

const never = new AbortController().signal;

test('both are done', async () => {
  const { first, second } = beside(Promise.resolve(1), never, async () => 2);
  expect([await first, await second]).toEqual([1, 2]);
});

test('a failure of the first aborts the second, has its end, and is the one that is told', async () => {
  const { work, start } = endless();
  const { first } = beside(Promise.reject(new Error('first')), never, start);
  await expect(first).rejects.toThrow('first');
  expect(work).toEqual({ isAborted: true, hasEnded: true });
});

test('a failure of the second waits until the first is there', async () => {
  const opened = Promise.withResolvers<string>();
  const { first, second } = beside(opened.promise, never, () =>
    Promise.reject(new Error('second')),
  );
  opened.resolve('open');
  expect(await first).toBe('open');
  await expect(second).rejects.toThrow('second');
});

test('the signal aborts the second alone', async () => {
  const { work, start } = endless();
  const stop = new AbortController();
  const { first, second } = beside(Promise.resolve('open'), stop.signal, start);
  stop.abort();
  expect(await first).toBe('open');
  await expect(second).rejects.toThrow('second');
  expect(work.isAborted).toBe(true);
});
