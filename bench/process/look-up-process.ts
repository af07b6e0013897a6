import { Agent, request } from 'node:https';
import { pathToFileURL } from 'node:url';
import { seededRandom } from '../random.ts';
import { freshEvent } from '../request-events.ts';
import { median } from '../statistics.ts';
import type { LookUpJob, LookUpResult } from './look-up-job.ts';

type Handler = (event: unknown) => Promise<unknown>;

/** Longer than the authorizer keeps an answer, in milliseconds. */
const JUMP = 10_000;

/** Enough for V8 to have optimised both. */
const WARM_UP_CALLS = 300;

const realNow = Date.now;
let jumps = 0;
Date.now = () => realNow() + jumps * JUMP;

const agent = new Agent({ keepAlive: true });
const url = new URL(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '');
// As long as the body that asks for an item.
const body = JSON.stringify({ text: 'x'.repeat(120) });

process.once('message', (job: LookUpJob) => {
  void measure(job).then((result) => process.send?.(result, () => process.disconnect()));
});

/**
 * Times calls that look their token up next to bare requests to the same server, in turns. Before each
 * call the clock jumps, so that no answer is still kept.
 */
async function measure({ bundle, tokens, rounds }: LookUpJob): Promise<LookUpResult> {
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
  const random = seededRandom(1);
  let next = 0;
  const draw = () => freshEvent(tokens[next++ % tokens.length] ?? '', random);
  const lookUp = async (event: unknown) => {
    jumps++;
    await handler(event);
  };
  for (let call = 0; call < WARM_UP_CALLS; call++) {
    await lookUp(draw());
    await bareRequest();
  }
  const calls: number[] = [];
  const added: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const event = draw();
    const isBareFirst = round % 2 === 0;
    const before = isBareFirst ? await time(bareRequest) : 0;
    const call = await time(() => lookUp(event));
    const bare = isBareFirst ? before : await time(bareRequest);
    calls.push(call);
    added.push(call - bare);
  }
  agent.destroy();
  return { call: median(calls), added: median(added) };
}

/** Takes the microseconds of some work. */
async function time(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) * 1_000;
}

function bareRequest(): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST', agent, headers: { 'content-length': body.length } }, (answer) =>
      answer.resume().on('end', resolve).on('error', reject),
    )
      .on('error', reject)
      .end(body);
  });
}
