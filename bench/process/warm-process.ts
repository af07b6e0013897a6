import { hash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { seededRandom } from '../random.ts';
import { freshEvent } from '../request-events.ts';
import { median, quantile } from '../statistics.ts';
import type { WarmJob, WarmResult } from './warm-job.ts';

type Handler = (event: unknown, context: object) => Promise<unknown>;

/**
 * How many calls are timed together: enough for the clock's resolution, and few enough that their
 * events are still in the processor's cache, like an event in Lambda that has just been parsed.
 */
const BATCH = 16;

/** Enough for V8 to have optimised the handler. */
const WARM_UP_CALLS = 3_000;

/** The least that the slowest contender measures. */
const MIN_ROUNDS = 30;
const MIN_TIMED_CALLS = 320;

// The fields of a context that middy and Powertools read.
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
 * process. A batch takes microseconds: a disturbance from outside makes one outlier among hundreds,
 * which the median ignores, and a longer one slows both batches of a pair. Each event is parsed just
 * before its batch, as in Lambda.
 *
 * Calls and hashes run in the same loop, which awaits a promise for each, so that V8 inlines neither.
 * The loop with its `await` is the caller's cost: it is timed too, and subtracted from both.
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
    // Use every token once at least: a token's first call is not warm.
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

/** Calls a function with each argument; returns the milliseconds for all. */
async function time<T>(
  call: (argument: T, context: object) => Promise<unknown>,
  batch: readonly T[],
): Promise<number> {
  const start = performance.now();
  for (const argument of batch) await call(argument, context);
  return performance.now() - start;
}
