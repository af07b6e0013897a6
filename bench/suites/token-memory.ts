import { join } from 'node:path';
import type { FindContender } from '../contender-list.ts';
import { type FigureSpec, type Lap, sampleOf } from '../figures.ts';
import { lambdaEnvironment } from '../lambda-environment.ts';
import type { MemoryJob, MemoryResult } from '../process/memory-job.ts';
import { runInProcess } from '../process/run-process.ts';
import type { Suite } from './suite.ts';

const PROCESS = import.meta.resolve('../process/memory-process.ts');

/**
 * The bytes of V8's heap and buffers per token: the authorizer with 10,000 tokens minus the one with 2,
 * which cancels its code. The environment belongs to the operating system and does not count, unlike
 * any copy of it that the authorizer keeps.
 */
export function tokenMemorySuite(find: FindContender, signal: AbortSignal): Suite {
  const added = (lap: Lap, key: string) =>
    sampleOf(lap, 'tokens-10000', key) - sampleOf(lap, 'tokens-2', key);
  const figure = (id: string, key: string): FigureSpec => ({
    id,
    of: (lap) => added(lap, key) / added(lap, 'calls'),
  });
  return {
    group: 'growth',
    title: 'memory of a token',
    ids: ['tokens-2', 'tokens-10000'],
    quick: 3,
    full: 5,
    needsRuntimeClient: false,
    figures: [figure('heap tokens-10000', 'loaded'), figure('heap tokens-10000 used', 'used')],
    open: async () => ({
      take: async (id) => {
        const { folder, environment, tokens } = find(id);
        const job: MemoryJob = { bundle: join(folder, 'index.mjs'), tokens };
        const env = { ...lambdaEnvironment(folder), ...environment };
        const options = { env, signal, flags: ['--expose-gc'] };
        return { ...(await runInProcess<MemoryJob, MemoryResult>(PROCESS, job, options)) };
      },
      close: async () => undefined,
    }),
  };
}
