import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { paintFor } from '../terminal/paint.ts';
import { messageOf, Problem } from '../terminal/problem.ts';
import { progressBar } from '../terminal/progress-bar.ts';
import { type Options, parseOptions } from './options.ts';
import { cacheTable } from './report/cache-table.ts';
import { chart } from './report/chart.ts';
import { figureTables } from './report/figure-tables.ts';
import { CHART_FILE, markdownReport } from './report/markdown-report.ts';
import { describeSetting } from './report/setting.ts';
import { targetTable } from './report/target-table.ts';
import { textTable } from './report/text-table.ts';
import { run } from './run.ts';
import { runtimeClient } from './runtime/runtime-client.ts';
import { conclude, judgeTargets } from './verdict.ts';

const ROOT = resolve(import.meta.dirname, '..');
const DOCUMENTS = join(ROOT, 'docs/benchmarks');

const { stdout, stderr, env } = process;
const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interrupt.abort());
const say = (text: string) => stderr.write(`${paintFor(stderr)('red', text)}\n`);

/** Measures, reports, and returns the exit code. */
async function bench({ quick, only, check, json }: Options): Promise<number> {
  const progress = progressBar(stderr);
  const client = runtimeClient(join(ROOT, '.cache'), env);
  const { signal } = interrupt;
  const result = await run({ quick, only, client, progress, signal }).finally(progress.end);
  const { figures, cache, skipped } = result;
  const setting = describeSetting(ROOT, client.version, quick);
  const isPartial = only !== undefined;
  const judged = judgeTargets(figures).filter(({ outcome }) => !isPartial || outcome !== 'unknown');
  const all = [
    ...figureTables(figures),
    ...(cache.length > 0 ? [cacheTable(cache)] : []),
    targetTable(judged),
  ];
  for (const table of all) stdout.write(`${textTable(table)}\n\n`);
  if (json !== undefined) {
    const content = { setting, figures: Object.fromEntries(figures), targets: judged, cache };
    writeFileSync(json, `${JSON.stringify(content, null, 2)}\n`);
  }
  if (skipped !== undefined) say(`Not measured: what needs the runtime client. ${skipped}.`);
  const { exitCode, messages } = conclude(figures, judged, { check, skipped });
  for (const message of messages) say(message);
  const picture = chart(figures, setting);
  if (!quick && !isPartial && exitCode !== 2 && picture !== undefined) {
    mkdirSync(DOCUMENTS, { recursive: true });
    writeFileSync(join(DOCUMENTS, 'README.md'), markdownReport(all, setting));
    writeFileSync(join(DOCUMENTS, CHART_FILE), picture);
  }
  return exitCode;
}

let options: Options | undefined;
try {
  options = parseOptions(process.argv.slice(2), (text) => stdout.write(text));
  if (options !== undefined) process.exitCode = await bench(options);
} catch (error) {
  const isKnown = error instanceof Problem || interrupt.signal.aborted;
  const text = interrupt.signal.aborted ? 'interrupted' : messageOf(error);
  say(`error: ${isKnown ? text : `unexpected: ${text}`}`);
  process.exitCode = options === undefined ? 2 : 1;
}
