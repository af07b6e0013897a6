import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../terminal/problem.ts';
import type { Progress } from '../terminal/progress-bar.ts';
import { ASSEMBLY, contenderBuilders } from './build/contender-builders.ts';
import { localReplay } from './cache/local-replay.ts';
import { type CacheRow, cacheSteps, simulateCache } from './cache/simulate-cache.ts';
import type { Contender, ContenderId, FindContender } from './contender-list.ts';
import { type Figures, type MeasureGroup, measureGroups, takeLaps } from './figures.ts';
import { population } from './population.ts';
import type { RuntimeClient } from './runtime/runtime-client.ts';
import { startSecretsEndpoint } from './secrets-endpoint.ts';
import { bundleSizes } from './suites/bundle-sizes.ts';
import { initMeasures } from './suites/cold-starts.ts';
import { clientMeasure } from './suites/runtime-client-calls.ts';
import { memoryMeasure } from './suites/token-memory.ts';
import { warmMeasures } from './suites/warm-calls.ts';
import { isSettled } from './verdict.ts';

/** How a run is made. */
export interface RunProps {
  readonly quick: boolean;
  readonly only: readonly MeasureGroup[] | undefined;
  readonly client: RuntimeClient;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What a run has found out. */
export interface RunResult {
  readonly figures: Figures;
  /** What the cache saves; empty if that was not simulated. */
  readonly cache: readonly CacheRow[];
  /** Why some of it could not be measured. */
  readonly skipped?: string;
}

/** What has no target. */
const NOT_QUICK: readonly MeasureGroup[] = ['variants', 'cache'];

/** How many requests of each simulation the local gateway has to count as well. */
const REPLAYED_REQUESTS = 5_000;

/** When a run stops taking more laps than planned, in milliseconds since its begin. */
const MORE_UNTIL = { quick: 50_000, full: 420_000 };

/** Builds the contenders, and measures them. What was started is stopped again. */
export async function run(props: RunProps): Promise<RunResult> {
  const { quick, only, client, progress, signal } = props;
  await using cleanUp = new AsyncDisposableStack();
  const root = mkdtempSync(join(tmpdir(), 'bench-'));
  cleanUp.defer(() => rmSync(root, { recursive: true, force: true }));
  const ten = population(10, 1);
  const secrets = await startSecretsEndpoint(JSON.stringify(ten.verifiers));
  cleanUp.defer(secrets.stop);

  const built = new Map<ContenderId, Contender>();
  const find: FindContender = (id) => {
    const contender = built.get(id);
    if (contender === undefined) throw new Error(`${id} was not built`);
    return contender;
  };
  const wanted = only ?? measureGroups.filter((group) => !(quick && NOT_QUICK.includes(group)));
  const all = [
    ...initMeasures(find, client.path),
    ...warmMeasures(find, signal),
    clientMeasure(find, client.path),
    memoryMeasure(find, signal),
  ].filter(({ group }) => wanted.includes(group));
  const isNeeded = all.some(({ needsRuntimeClient }) => needsRuntimeClient);
  const skipped = isNeeded ? await prepare(client, progress, signal) : undefined;
  const measures = all.filter(
    ({ needsRuntimeClient }) => !needsRuntimeClient || skipped === undefined,
  );

  const start = performance.now();
  const builders = contenderBuilders(root, ten, secrets.url);
  // O is always there: its bundle has a target, and the simulation needs its registry.
  const ids = new Set<ContenderId>(['O', ...measures.flatMap((measure) => measure.ids)]);
  progress.begin('build the contenders', ids.size);
  await Promise.all(
    [...ids].map(async (id) => {
      built.set(id, await builders[id]());
      progress.step();
    }),
  );
  const figures = new Map(bundleSizes(built));
  const moreUntil = start + MORE_UNTIL[quick ? 'quick' : 'full'];
  for (const measure of measures) {
    const laps = quick ? measure.quick : measure.full;
    progress.begin(measure.title, laps * measure.ids.length);
    const mayEnd = (found: Figures) => isSettled(found) || performance.now() > moreUntil;
    const found = await takeLaps(measure, laps, mayEnd, () => {
      signal.throwIfAborted();
      progress.step();
    });
    // What a later part measures again, for its own comparisons, had more laps before.
    for (const [id, value] of found) if (!figures.has(id)) figures.set(id, value);
  }
  let cache: CacheRow[] = [];
  if (wanted.includes('cache')) {
    progress.begin('what the cache saves', cacheSteps);
    const replay = localReplay(join(root, ASSEMBLY), find('O').folder, ten);
    cache = await simulateCache(replay, REPLAYED_REQUESTS, progress.step);
  }
  return { figures, cache, ...(skipped !== undefined && { skipped }) };
}

/** Builds the runtime client, if it has to be; returns why that cannot be. */
async function prepare(
  client: RuntimeClient,
  progress: Progress,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (client.isComplete) return undefined;
  progress.begin("build Lambda's runtime client, once: a minute or two", 0);
  try {
    await client.make(signal);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}
