import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Problem } from '../terminal/problem.ts';
import type { Progress } from '../terminal/progress-bar.ts';
import { ASSEMBLY, contenderBuilders } from './build/contender-builders.ts';
import { localReplay } from './cache/local-replay.ts';
import { type CacheRow, cacheSteps, simulateCache } from './cache/simulate-cache.ts';
import type { Contender, ContenderId, FindContender } from './contender-list.ts';
import { startDynamoDbEndpoint } from './dynamodb-endpoint.ts';
import type { Figures } from './figures.ts';
import { takeLaps } from './laps.ts';
import { population } from './population.ts';
import type { RuntimeClient } from './runtime/runtime-client.ts';
import { startSecretsEndpoint } from './secrets-endpoint.ts';
import type { Estimate } from './statistics.ts';
import { bundleSizes } from './suites/bundle-sizes.ts';
import { coldStartSuites } from './suites/cold-starts.ts';
import { runtimeClientSuite } from './suites/runtime-client-calls.ts';
import { type Suite, type SuiteGroup, suiteGroups } from './suites/suite.ts';
import { floodSuite, lookUpSuite } from './suites/table-suites.ts';
import { tokenMemorySuite } from './suites/token-memory.ts';
import { warmCallSuites } from './suites/warm-calls.ts';
import { tablePopulation } from './table-population.ts';
import { isSettled } from './verdict.ts';

/** How a run is made. */
export interface RunProps {
  readonly quick: boolean;
  readonly only: readonly SuiteGroup[] | undefined;
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

/** What a quick run leaves out: it has no targets. */
const NOT_QUICK: readonly SuiteGroup[] = ['variants', 'cache', 'flood'];

/** How many requests of each simulation the local gateway counts as well. */
const REPLAYED_REQUESTS = 5_000;

/** When a run stops taking more laps than planned, in milliseconds since it began to build. */
const MORE_UNTIL_MS = { quick: 50_000, full: 420_000 };

/** Builds the contenders and measures them. Stops what it started. */
export async function run(props: RunProps): Promise<RunResult> {
  const { quick, only, client, progress, signal } = props;
  await using cleanUp = new AsyncDisposableStack();
  const root = mkdtempSync(join(tmpdir(), 'bench-'));
  cleanUp.defer(() => rmSync(root, { recursive: true, force: true }));
  const clients = population(10, 1);
  const secrets = await startSecretsEndpoint(JSON.stringify(clients.verifiers));
  cleanUp.defer(secrets.stop);
  const dynamoDb = await startDynamoDbEndpoint(root);
  cleanUp.defer(dynamoDb.stop);
  const table = tablePopulation(10_000);
  const tableEndpoint = await startDynamoDbEndpoint(root, table.answerTo);
  cleanUp.defer(tableEndpoint.stop);

  const built = new Map<ContenderId, Contender>();
  const find: FindContender = (id) => {
    const contender = built.get(id);
    if (contender === undefined) throw new Error(`${id} was not built`);
    return contender;
  };
  const wanted = only ?? suiteGroups.filter((group) => !(quick && NOT_QUICK.includes(group)));
  const all = allSuites(find, client.path, signal).filter(({ group }) => wanted.includes(group));
  const isClientNeeded = all.some(({ needsRuntimeClient }) => needsRuntimeClient);
  const skipped = isClientNeeded ? await prepare(client, progress, signal) : undefined;
  const suites = all.filter((suite) => !suite.needsRuntimeClient || skipped === undefined);

  const moreUntil = performance.now() + MORE_UNTIL_MS[quick ? 'quick' : 'full'];
  // Always with the authorizer: its bundle has a target, and the simulation needs its registry.
  const ids = new Set<ContenderId>(['authorizer', ...suites.flatMap((suite) => suite.ids)]);
  const builders = contenderBuilders(root, clients, {
    secretsUrl: secrets.url,
    dynamoDb,
    tableEndpoint,
    tableTokens: table.tokens,
  });
  const build = async (id: ContenderId) => {
    built.set(id, await builders[id]());
    progress.step();
  };
  progress.begin('build the contenders', ids.size);
  await Promise.all([...ids].map(build));
  const figures = new Map([
    ...bundleSizes(built),
    ...(await measure(suites, { quick, moreUntil, progress, signal })),
  ]);
  if (!wanted.includes('cache')) return { figures, cache: [], ...(skipped && { skipped }) };
  progress.begin('what the cache saves', cacheSteps);
  const replay = localReplay(join(root, ASSEMBLY), find('authorizer').folder, clients);
  const cache = await simulateCache(replay, REPLAYED_REQUESTS, progress.step);
  return { figures, cache, ...(skipped && { skipped }) };
}

function allSuites(find: FindContender, client: string, signal: AbortSignal): Suite[] {
  return [
    ...coldStartSuites(find, client),
    ...warmCallSuites(find, signal),
    runtimeClientSuite(find, client),
    tokenMemorySuite(find, signal),
    lookUpSuite(find, signal),
    floodSuite(find, signal),
  ];
}

/**
 * Measures one suite after the other.
 *
 * @param moreUntil up to when a suite with an unclear verdict takes more laps, by `performance.now()`
 */
async function measure(
  suites: readonly Suite[],
  props: Pick<RunProps, 'quick' | 'progress' | 'signal'> & { readonly moreUntil: number },
): Promise<Figures> {
  const { quick, progress, signal, moreUntil } = props;
  const figures = new Map<string, Estimate>();
  for (const suite of suites) {
    const laps = quick ? suite.quick : suite.full;
    progress.begin(suite.title, laps * suite.ids.length);
    const mayEnd = (found: Figures) => isSettled(found) || performance.now() > moreUntil;
    const found = await takeLaps(suite, laps, mayEnd, () => {
      signal.throwIfAborted();
      progress.step();
    });
    // Earlier suites measure the same figure in more laps.
    for (const [id, value] of found) if (!figures.has(id)) figures.set(id, value);
  }
  return figures;
}

/** Builds the runtime client, unless an earlier run did; returns why it cannot be built. */
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
