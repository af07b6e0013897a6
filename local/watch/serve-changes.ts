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
import { unlessOvertaken } from './unless-overtaken.ts';

/** How often in a row the app is synthesized at once because the same files changed meanwhile. */
const MAX_ECHOES = 4;

/** How long the next synthesis is not prepared: first come the requests for what has just been served. */
const prepareMs = 700;

/** The pause before each further time, in milliseconds. */
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
  let served = folder;
  let endedAt = 0;
  let echoes = 0;
  let last: ReadonlySet<string> = new Set();
  let known: Change | undefined;
  for (;;) {
    const prepare = setTimeout(() => synthesis.prepare(), prepareMs);
    const change = known ?? (await nextChange(changes, run));
    known = undefined;
    clearTimeout(prepare);
    if (change === undefined) return;
    const { files, since } = change;
    // What the app itself writes when it is synthesized would go on for ever.
    const isEcho = since < endedAt && [...files].every((file) => last.has(file));
    echoes = isEcho ? echoes + 1 : 0;
    last = files;
    if (echoes === MAX_ECHOES) notice(echoNotice(files));
    if (echoes >= MAX_ECHOES)
      await delay(echoPauseMs, undefined, { signal }).catch(() => undefined);
    const before = shownOf(gateway);
    try {
      const { value: next, next: later } = await unlessOvertaken(
        (either) => synthesis.synthesize(either),
        changes,
        Math.max(tooLong.ms, tooLong.times * synthesis.longestMs),
        () => notice(LONG_NOTICE),
        signal,
      );
      known = later;
      if (next === undefined) continue;
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
    }
    endedAt = performance.now();
  }
}

const LONG_NOTICE =
  'The synthesis takes much longer than before: the next change ends it and begins another one.';

function echoNotice(files: ReadonlySet<string>): string {
  const [first = ''] = files;
  return `${first} changes whenever the app is synthesized: if the app writes it, exclude it by "watch" in cdk.json.`;
}
