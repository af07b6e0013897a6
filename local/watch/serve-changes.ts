import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { AheadSynthesis } from '../assembly/ahead.ts';
import { readAssembly } from '../assembly/assembly.ts';
import { servedAgainText, shownOf } from '../cli/served-again.ts';
import type { LocalGateway } from '../local-gateway.ts';
import { reportProblem } from '../report-problem.ts';
import type { Run } from '../run.ts';
import { readServedApp } from '../served-app.ts';
import type { Change, Changes } from './changes.ts';
import { Echoes } from './echoes.ts';
import { unlessOvertaken } from './unless-overtaken.ts';

/** How long the next synthesis is not prepared: first come the requests for what has just been served. */
const prepareMs = 700;

/** The pause before each synthesis of an app that seems to go on for ever, in milliseconds. */
const echoPauseMs = 5_000;

/** A synthesis takes too long when it takes this many times as long as any before, and so many milliseconds. */
const tooLong = { times: 3, ms: 10_000 };

/** The next change of the files; undefined when the developer stops before. */
async function nextChange(
  changes: Changes,
  { io: { signal, stderr } }: Run,
): Promise<Change | undefined> {
  while (!signal.aborted) {
    try {
      return await changes.next(signal);
    } catch (error) {
      if (!signal.aborted) reportProblem(stderr, error);
    }
  }
  return undefined;
}

/**
 * Serves the app anew after each change of its files, until the signal. A mistake is one line, and what
 * was served stays.
 *
 * @param folder the assembly that is served
 * @param onServed called whenever something else is served
 */
export async function serveChanges(
  run: Run,
  gateway: LocalGateway,
  changes: Changes,
  synthesis: AheadSynthesis,
  folder: string,
  onServed: () => void,
): Promise<void> {
  const { io, options, region, paint, print, notice } = run;
  const { signal } = io;
  const echoes = new Echoes();
  let served = folder;
  let endedAt = 0;
  let known: Change | undefined;
  for (;;) {
    const prepare = setTimeout(() => synthesis.prepare(), prepareMs);
    const change = known ?? (await nextChange(changes, run));
    known = undefined;
    clearTimeout(prepare);
    if (change === undefined) return;
    const { files, since } = change;
    const echo = echoes.add(files, since < endedAt);
    if (echo === 'first') notice(echoNotice(files));
    if (echo !== undefined) await delay(echoPauseMs, undefined, { signal }).catch(() => undefined);
    const before = shownOf(gateway);
    let next = served;
    try {
      const { value, next: later } = await unlessOvertaken(
        (either) => synthesis.synthesize(either),
        changes,
        Math.max(tooLong.ms, tooLong.times * synthesis.longestMs),
        () => notice(LONG_NOTICE),
        signal,
      );
      known = later;
      if (value === undefined) continue;
      next = value;
      const app = readServedApp(readAssembly(next), region, options.stack);
      const { ended } = await gateway.update(app);
      const replaced = served;
      served = next;
      void ended.then(() => rmSync(replaced, { recursive: true, force: true }));
      onServed();
      const elapsedMs = performance.now() - since;
      print(await servedAgainText(files, elapsedMs, before, shownOf(gateway), paint));
    } catch (error) {
      if (signal.aborted) return;
      reportProblem(io.stderr, error);
      if (next !== served) rmSync(next, { recursive: true, force: true });
    }
    endedAt = performance.now();
  }
}

const LONG_NOTICE =
  'The synthesis takes much longer than before: the next change ends it and begins another one.';

function echoNotice(files: ReadonlySet<string>): string {
  const [first = ''] = files;
  return `${first} changes whenever the app is synthesized: if the app writes it, exclude it by "watch" in cdk.json and start again.`;
}
