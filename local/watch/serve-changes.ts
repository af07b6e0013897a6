import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readAssembly } from '../assembly/assembly.ts';
import { synthesize } from '../assembly/synthesize.ts';
import { servedAgainText, shownOf } from '../cli/served-again.ts';
import type { LocalGateway } from '../local-gateway.ts';
import { reportProblem } from '../report-problem.ts';
import type { Run } from '../run.ts';
import { readServedApp } from '../served-app.ts';
import type { Change, Changes } from './changes.ts';

/** How often in a row the app is synthesized at once because a file changed while it was synthesized. */
const MAX_ECHOES = 4;

/** The pause before each further time, in milliseconds. */
const echoPauseMs = 5_000;

/** Synthesizes the app into a folder, and serves it in place of what is served. */
async function serveAgain(
  { options, io, region }: Run,
  gateway: LocalGateway,
  outputFolder: string,
): Promise<{ readonly ended: Promise<void> }> {
  const { env, signal, cwd: projectFolder } = io;
  await synthesize({ projectFolder, outputFolder, env, signal });
  return await gateway.update(readServedApp(readAssembly(outputFolder), region, options.stack));
}

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
  folder: string,
  onServed: () => void,
): Promise<void> {
  const { io, temporaryFolder, paint, print, notice } = run;
  const { signal } = io;
  const remove = (path: string) => rmSync(path, { recursive: true, force: true });
  let served = folder;
  let endedAt = 0;
  let echoes = 0;
  for (let serial = 1; ; serial++) {
    const change = await nextChange(changes, run);
    if (change === undefined) return;
    const { files, since } = change;
    // What the app itself writes when it is synthesized would go on for ever.
    echoes = since < endedAt ? echoes + 1 : 0;
    if (echoes === MAX_ECHOES) notice(echoNotice(files));
    if (echoes >= MAX_ECHOES)
      await delay(echoPauseMs, undefined, { signal }).catch(() => undefined);
    const before = shownOf(gateway);
    const next = join(temporaryFolder, `cdk.out.${serial}`);
    try {
      const { ended } = await serveAgain(run, gateway, next);
      const last = served;
      served = next;
      void ended.then(() => remove(last));
      onServed();
      const elapsedMs = performance.now() - since;
      print(await servedAgainText(files, elapsedMs, before, shownOf(gateway), paint));
    } catch (error) {
      if (signal.aborted) return;
      remove(next);
      reportProblem(io.stderr, error);
    }
    endedAt = performance.now();
  }
}

function echoNotice(files: ReadonlySet<string>): string {
  const [first = ''] = files;
  return `${first} changes whenever the app is synthesized: if the app writes it, exclude it by "watch" in cdk.json.`;
}
