import { join } from 'node:path';
import type { ContenderId, FindContender } from '../contender-list.ts';
import { type FigureSpec, ratio, sampleOf } from '../figures.ts';
import { lambdaEnvironment } from '../lambda-environment.ts';
import { runInProcess } from '../process/run-process.ts';
import type { WarmJob, WarmResult } from '../process/warm-job.ts';
import type { Suite } from './suite.ts';

const PROCESS = import.meta.resolve('../process/warm-process.ts');
const ROUNDS = 300;
const TIMED_CALLS = 1_000;
const MAX_MILLISECONDS = 200;

const groups = [
  {
    group: 'warm',
    title: 'warm calls',
    ids: [
      'empty',
      'authorizer',
      'authorizer-again',
      'plain-map',
      'under-middy',
      'powertools',
      'secrets-manager',
      'jwt',
    ],
    quick: 5,
    full: 21,
    more: [
      ratio('warm', 'authorizer-again', 'authorizer'),
      ratio('warm', 'under-middy', 'authorizer'),
      ratio('warm', 'jwt', 'authorizer'),
    ],
  },
  {
    group: 'growth',
    title: 'warm calls with more tokens',
    ids: ['tokens-2', 'tokens-80', 'tokens-80-all-used', 'tokens-10000'],
    quick: 5,
    full: 21,
    more: [
      ratio('warm', 'tokens-80', 'tokens-2'),
      ratio('warm', 'tokens-80-all-used', 'tokens-2'),
      ratio('warm', 'tokens-10000', 'tokens-2'),
    ],
  },
  {
    group: 'table',
    title: 'warm calls beside a client table',
    ids: ['authorizer', 'with-table'],
    quick: 7,
    full: 21,
    more: [ratio('warm', 'with-table', 'authorizer')],
  },
  {
    group: 'variants',
    title: 'warm calls of the variants',
    ids: ['authorizer', 'lazy-hash', 'noble-hash', 'web-hash'],
    quick: 3,
    full: 21,
    more: [],
  },
] as const;

/** Warm calls in process: a call ÷ one raw SHA-256 of its token (`warm`), and its percentiles. */
export function warmCallSuites(find: FindContender, signal: AbortSignal): Suite[] {
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
