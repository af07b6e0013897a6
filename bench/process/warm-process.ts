import { hash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { seededRandom } from '../random.ts';
import { freshEvent } from '../request-events.ts';
import { median, quantile } from '../statistics.ts';
import type { WarmJob, WarmResult } from './warm-job.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

/**
 * How many calls are timed as one: long enough for the clock, and short enough for their events to be
 * in the processor's cache still, as one event that has just been parsed is in Lambda.
 */
const BATCH = 16;

/** Long enough for V8 to have compiled what it will compile. */
const WARM_UP_CALLS = 3_000;

/** What the slowest contender measures at least. */
const MIN_ROUNDS = 30;
const MIN_TIMED_CALLS = 320;

// What middy and Powertools read of a context.
const context = {
  functionName: 'authorizer',
  functionVersion: '$LATEST',
  memoryLimitInMB: '256',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:authorizer',
  awsRequestId: '3f0c8f5e-6f6a-4a54-9d8f-0e2b7a1c9d42',
  getRemainingTimeInMillis: () => 5_000,
};

process.once('message', (job: WarmJob) => {
  void measure(job).then((result) => process.send?.(result, () => process.disconnect()));
});

/**
 * Times batches of calls of a handler, each next to a batch of raw hashes of the same tokens, in this
 * process. A batch takes some microseconds: one that is disturbed from outside is an outlier among
 * hundreds, and the median of the ratios does not see it. What slows the processor for longer slows
 * both of a pair. Every event has been parsed just before, so that nothing in it has been read.
 *
 * A call is timed until its promise has settled, and the hash in the same loop with a promise that
 * is settled already: V8 can take neither of them into the loop. What the loop and its `await` take
 * by themselves, which is the caller's, is timed too, and taken off both.
 */
async function measure(job: WarmJob): Promise<WarmResult> {
  const { bundle, tokens, rounds, timedCalls, maxMilliseconds } = job;
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
  const random = seededRandom(1);
  let next = 0;
  const draw = () => {
    const drawn = Array.from({ length: BATCH }, () => tokens[next++ % tokens.length] as string);
    const events = drawn.map((token) => freshEvent(token, random));
    return { drawn, events };
  };
  const isOver = (since: number) => performance.now() - since > maxMilliseconds;

  const warmUp = performance.now();
  for (let calls = 0; calls < Math.max(WARM_UP_CALLS, tokens.length); calls += BATCH) {
    const { drawn, events } = draw();
    await time(nothing, drawn);
    await time(rawHash, drawn);
    await time(handler, events);
    // Every token once at least: a call that is its token's first is not warm.
    if (calls >= tokens.length && isOver(warmUp)) break;
  }

  const ratios: number[] = [];
  const hashes: number[] = [];
  const started = performance.now();
  for (let round = 0; round < rounds; round++) {
    if (round >= MIN_ROUNDS && isOver(started)) break;
    const { drawn, events } = draw();
    const isHashFirst = round % 2 === 0;
    const loop = await time(nothing, drawn);
    const before = isHashFirst ? await time(rawHash, drawn) : 0;
    const called = await time(handler, events);
    const hashed = isHashFirst ? before : await time(rawHash, drawn);
    ratios.push((called - loop) / (hashed - loop));
    hashes.push((hashed - loop) / BATCH);
  }

  const times: number[] = [];
  const timed = performance.now();
  while (times.length < timedCalls) {
    if (times.length >= MIN_TIMED_CALLS && isOver(timed)) break;
    for (const event of draw().events) times.push(await time(handler, [event]));
  }
  const oneHash = median(hashes);
  return {
    warm: median(ratios),
    hashMicroseconds: oneHash * 1_000,
    p50: quantile(times, 0.5) / oneHash,
    p99: quantile(times, 0.99) / oneHash,
  };
}

const settled = Promise.resolve();
const nothing = () => settled;
const rawHash = (token: string) => {
  hash('sha256', token);
  return settled;
};

/** How long it takes to call a function with each of these, in milliseconds. */
async function time<T>(
  call: (argument: T, context: object) => Promise<unknown>,
  batch: readonly T[],
): Promise<number> {
  const start = performance.now();
  for (const argument of batch) await call(argument, context);
  return performance.now() - start;
}
