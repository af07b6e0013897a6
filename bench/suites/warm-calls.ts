import { join } from 'node:path';
import type { ContenderId, FindContender } from '../contender-list.ts';
import { type FigureSpec, type Measure, ratio, sampleOf } from '../figures.ts';
import { lambdaEnvironment } from '../lambda-environment.ts';
import { runInProcess } from '../process/run-process.ts';
import type { WarmJob, WarmResult } from '../process/warm-job.ts';

const PROCESS = import.meta.resolve('../process/warm-process.ts');
const ROUNDS = 300;
const TIMED_CALLS = 1_000;
const MAX_MILLISECONDS = 200;

const groups = [
  {
    group: 'warm',
    title: 'warm calls',
    ids: ['E', 'O', 'O2', 'S', 'M', 'P', 'K', 'J'],
    quick: 5,
    full: 21,
    more: [ratio('warm', 'O2', 'O'), ratio('warm', 'M', 'O'), ratio('warm', 'J', 'O')],
  },
  {
    group: 'growth',
    title: 'warm calls with more tokens',
    ids: ['T2', 'T80', 'T80all', 'T10000'],
    quick: 5,
    full: 21,
    more: [
      ratio('warm', 'T80', 'T2'),
      ratio('warm', 'T80all', 'T2'),
      ratio('warm', 'T10000', 'T2'),
    ],
  },
  {
    group: 'variants',
    title: 'warm calls of the variants',
    ids: ['O', 'L', 'N', 'W'],
    quick: 3,
    full: 21,
    more: [],
  },
] as const;

/** Warm calls in process: a call ÷ one raw SHA-256 of its token (`warm`), and its percentiles. */
export function warmMeasures(find: FindContender, signal: AbortSignal): Measure[] {
  return groups.map(({ ids, more, ...rest }) => ({
    ...rest,
    ids,
    needsRuntimeClient: false,
    figures: [...ids.flatMap(figuresOf), ...more],
    open: async () => ({
      take: async (id) => {
        const { folder, environment, tokens } = find(id);
        const job: WarmJob = {
          bundle: join(folder, 'index.mjs'),
          tokens,
          rounds: ROUNDS,
          timedCalls: TIMED_CALLS,
          maxMilliseconds: MAX_MILLISECONDS,
        };
        const env = { ...lambdaEnvironment(folder), ...environment };
        const result = await runInProcess<WarmJob, WarmResult>(PROCESS, job, { env, signal });
        return { ...result };
      },
      close: async () => undefined,
    }),
  }));
}

function figuresOf(id: ContenderId): FigureSpec[] {
  return ['warm', 'p50', 'p99'].map((key) => ({
    id: `${key} ${id}`,
    of: (lap) => sampleOf(lap, id, key),
  }));
}
