import { describe, expect, test } from '@jest/globals';
import type { TokenItem } from '../../../lambda/contract/table/token-item.ts';
import { digestOf } from '../../../lambda/contract/token/token-digest.ts';
import { formatToken } from '../../../lambda/contract/token/token-format.ts';
import { tableRecogniser } from '../../../lambda/token/table-recogniser.ts';
import { logRecorder } from '../../support/log-recorder.ts';

const tokenOf = (client: string, letter = 'a') => formatToken('atk', client, letter.repeat(43));
const TOKEN = tokenOf('charlie');
const ITEM: TokenItem = {
  digest: digestOf(TOKEN),
  clientName: 'charlie',
  permissions: ['job.read'],
  state: 'active',
};

/** A table in memory, its reads, and a clock that the test sets. */
function table(...items: readonly TokenItem[]) {
  const byDigest = new Map(items.map((item) => [item.digest, item]));
  const reads: string[] = [];
  const clock = { time: 1_000_000 };
  const { log, lines } = logRecorder();
  const answers: (() => Promise<void>)[] = [];
  const recognise = tableRecogniser({
    async read(digest) {
      reads.push(digest);
      const item = byDigest.get(digest);
      await answers.shift()?.();
      return item;
    },
    codeClients: new Set(['bravo']),
    log,
    now: () => clock.time,
  });
  return { recognise, byDigest, reads, clock, lines, answers };
}

describe('a token of the table', () => {
  test('is recognised by its item', async () => {
    const { recognise } = table(ITEM);
    expect(await recognise(TOKEN)).toEqual(ITEM);
  });

  test.each([
    ['has ended', { expiresAt: 1_000_000 }, 'expired_token'],
    ['belongs to a suspended client', { state: 'suspended' }, 'suspended_client'],
    ['belongs to a client whose key is not ready', { readyAt: 1_000_001 }, 'pending_client'],
  ] as const)('is refused when it %s', async (_, change, refusal) => {
    const { recognise } = table({ ...ITEM, ...change });
    expect(await recognise(TOKEN)).toBe(refusal);
  });

  test.each([
    ['ends later', { expiresAt: 1_000_001 }],
    ['is ready now', { readyAt: 1_000_000 }],
  ] as const)('is recognised when it %s', async (_, change) => {
    const { recognise } = table({ ...ITEM, ...change });
    expect(await recognise(TOKEN)).toMatchObject({ clientName: 'charlie' });
  });

  test('is refused and reported when it is listed as one of another client', async () => {
    const { recognise, lines } = table({ ...ITEM, clientName: 'delta' });
    expect(await recognise(TOKEN)).toBe('misplaced_token');
    expect(lines).toEqual([
      {
        level: 'ERROR',
        event: 'config',
        reason: 'the client table has a token of charlie as one of delta',
      },
    ]);
  });

  test('is refused and reported when its client is in the code as well', async () => {
    const token = tokenOf('bravo');
    const { recognise, lines } = table({ ...ITEM, digest: digestOf(token), clientName: 'bravo' });
    expect(await recognise(token)).toBe('misplaced_token');
    expect(lines).toEqual([
      {
        level: 'ERROR',
        event: 'config',
        reason: "the client table has a token of bravo, which the app's code has as well",
      },
    ]);
  });

  test('of another form, which names nobody, is its client\u2019s', async () => {
    const item = { ...ITEM, digest: digestOf('a-key-of-a-partner') };
    const { recognise } = table(item);
    expect(await recognise('a-key-of-a-partner')).toEqual(item);
  });
});

describe('an answer of the table', () => {
  test('is kept for less than five seconds from the moment it was asked for', async () => {
    const { recognise, reads, clock, answers } = table(ITEM);
    answers.push(async () => {
      clock.time += 2_000;
    });
    await recognise(TOKEN);
    clock.time += 2_999;
    await recognise(TOKEN);
    expect(reads).toHaveLength(1);
    clock.time += 1;
    await recognise(TOKEN);
    expect(reads).toHaveLength(2);
  });

  test('is kept within the same millisecond', async () => {
    const { recognise, reads } = table(ITEM);
    await recognise(TOKEN);
    await recognise(TOKEN);
    expect(reads).toHaveLength(1);
  });

  test('is not kept when the clock is set back', async () => {
    const { recognise, reads, clock } = table(ITEM);
    await recognise(TOKEN);
    clock.time -= 1;
    await recognise(TOKEN);
    expect(reads).toHaveLength(2);
  });

  test('is kept when there is no such token, and forgotten as soon', async () => {
    const { recognise, reads, byDigest, clock } = table();
    expect(await recognise(TOKEN)).toBe('unknown_token');
    byDigest.set(ITEM.digest, ITEM);
    clock.time += 4_999;
    expect(await recognise(TOKEN)).toBe('unknown_token');
    clock.time += 1;
    expect(await recognise(TOKEN)).toEqual(ITEM);
    expect(reads).toHaveLength(2);
  });

  test('ends with its token while it is kept', async () => {
    const { recognise, clock } = table({ ...ITEM, expiresAt: 1_001_000 });
    expect(await recognise(TOKEN)).toMatchObject({ clientName: 'charlie' });
    clock.time += 1_000;
    expect(await recognise(TOKEN)).toBe('expired_token');
  });

  test('that takes something away is heard within five seconds', async () => {
    const { recognise, byDigest, clock } = table(ITEM);
    await recognise(TOKEN);
    byDigest.set(ITEM.digest, { ...ITEM, state: 'suspended' });
    clock.time += 5_000;
    expect(await recognise(TOKEN)).toBe('suspended_client');
  });

  test('is asked for once by all who wait for it', async () => {
    const { recognise, reads } = table(ITEM);
    await Promise.all([recognise(TOKEN), recognise(TOKEN), recognise(tokenOf('delta'))]);
    expect(reads).toEqual([ITEM.digest, digestOf(tokenOf('delta'))]);
  });

  test('that did not come is an error to all who wait for it, and asked for again', async () => {
    const { recognise, reads, answers } = table(ITEM);
    answers.push(() => Promise.reject(new Error('gone')));
    const both = await Promise.allSettled([recognise(TOKEN), recognise(TOKEN)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await recognise(TOKEN)).toEqual(ITEM);
    expect(reads).toHaveLength(2);
  });

  test('is forgotten when thousands of others were asked for', async () => {
    const { recognise, reads } = table(ITEM);
    await recognise(TOKEN);
    for (let other = 0; other < 2_000; other++) await recognise(`key-${other}`);
    await recognise(TOKEN);
    expect(reads.filter((digest) => digest === ITEM.digest)).toHaveLength(2);
  });
});
