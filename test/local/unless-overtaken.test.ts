import { expect, test } from '@jest/globals';
import type { Change } from '../../local/watch/changes.ts';
import { unlessOvertaken } from '../../local/watch/unless-overtaken.ts';

const change: Change = { files: new Set(['lib/a.ts']), since: 1 };

/** Changes of which one comes when it is told to. */
function newChanges() {
  const { promise, resolve } = Promise.withResolvers<Change>();
  const asked = Promise.withResolvers<void>();
  return {
    asked: asked.promise,
    come: () => resolve(change),
    next: (signal: AbortSignal) => {
      asked.resolve();
      const aborted = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => aborted.reject(signal.reason));
      return Promise.race([promise, aborted.promise]);
    },
  };
}

/** Work that ends with its signal only. */
const endless = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });

const never = new AbortController().signal;

test('work that ends soon is ended by no change, which stays for later', async () => {
  const changes = newChanges();
  changes.come();
  const ended = await unlessOvertaken(
    async () => 'done',
    changes,
    10_000,
    () => undefined,
    never,
  );
  expect(ended).toEqual({ value: 'done', next: undefined });
});

test('work that takes too long is told, and ended by the next change', async () => {
  const changes = newChanges();
  let told = 0;
  const running = unlessOvertaken(endless, changes, 1, () => told++, never);
  await changes.asked;
  expect(told).toBe(1);
  changes.come();
  expect(await running).toEqual({ value: undefined, next: change });
});

test('a change that comes as the work ends is not lost', async () => {
  const changes = newChanges();
  const work = async () => {
    await changes.asked;
    changes.come();
    await new Promise(setImmediate);
    return 'done';
  };
  const ended = await unlessOvertaken(work, changes, 1, () => undefined, never);
  expect(ended).toEqual({ value: 'done', next: change });
});

test('a mistake is thrown, and so is the end by the signal', async () => {
  const changes = newChanges();
  const stop = new AbortController();
  const fails = () => Promise.reject(new Error('a mistake'));
  await expect(unlessOvertaken(fails, changes, 1, () => undefined, never)).rejects.toThrow(
    'a mistake',
  );
  const running = unlessOvertaken(endless, changes, 1, () => undefined, stop.signal);
  stop.abort(new Error('the end'));
  await expect(running).rejects.toThrow('the end');
});
