import { join } from 'node:path';
import type { FindContender } from '../contender-list.ts';
import { type FigureSpec, ratio, sampleOf } from '../figures.ts';
import { lambdaEnvironment } from '../lambda-environment.ts';
import type { FloodJob, FloodResult } from '../process/flood-job.ts';
import type { LookUpJob, LookUpResult } from '../process/look-up-job.ts';
import { runInProcess } from '../process/run-process.ts';
import { tableTokens } from '../table-population.ts';
import type { Suite } from './suite.ts';

const LOOK_UP = import.meta.resolve('../process/look-up-process.ts');
const FLOOD = import.meta.resolve('../process/flood-process.ts');
const ROUNDS = 1_000;
const FLOOD_TOKENS = 100_000;
const BYTES_IN_MB = 1e6;

/**
 * Look-ups in the client table: how much longer a call takes than a bare request to the same DynamoDB, in
 * microseconds, and how that grows with the number of clients.
 */
export function lookUpSuite(find: FindContender, signal: AbortSignal): Suite {
  const ids = ['table-10', 'table-10000', 'table-10-again'] as const;
  return {
    group: 'table',
    title: 'look-ups in the table',
    ids,
    quick: 3,
    full: 11,
    needsRuntimeClient: false,
    figures: [
      ...ids.map(
        (id): FigureSpec => ({
          id: `added ${id}`,
          of: (lap) => sampleOf(lap, id, 'added'),
        }),
      ),
      ratio('call', 'table-10000', 'table-10'),
      ratio('call', 'table-10-again', 'table-10'),
    ],
    open: async () => ({
      take: async (id) => {
        const { folder, environment, tokens } = find(id);
        const job: LookUpJob = { bundle: join(folder, 'index.mjs'), tokens, rounds: ROUNDS };
        const env = { ...lambdaEnvironment(folder), ...environment };
        return { ...(await runInProcess<LookUpJob, LookUpResult>(LOOK_UP, job, { env, signal })) };
      },
      close: async () => undefined,
    }),
  };
}

/** A flood of tokens that nobody has, in one instance: what it leaves in memory, and how often it asks. */
export function floodSuite(find: FindContender, signal: AbortSignal): Suite {
  const id = 'table-10';
  return {
    group: 'flood',
    title: 'a flood of unknown tokens',
    ids: [id],
    quick: 1,
    full: 1,
    needsRuntimeClient: false,
    figures: ['grown', 'requests'].map((key) => ({
      id: `flood ${key}`,
      of: (lap) => sampleOf(lap, id, key),
    })),
    open: async () => ({
      take: async () => {
        const { folder, environment, requestCount = () => 0 } = find(id);
        const tokens = tableTokens('stranger', FLOOD_TOKENS);
        const before = requestCount();
        const options = {
          env: { ...lambdaEnvironment(folder), ...environment },
          signal,
          flags: ['--expose-gc'],
        };
        const job: FloodJob = { bundle: join(folder, 'index.mjs'), tokens };
        const { grown } = await runInProcess<FloodJob, FloodResult>(FLOOD, job, options);
        return {
          grown: grown / BYTES_IN_MB,
          requests: (requestCount() - before) / tokens.length,
        };
      },
      close: async () => undefined,
    }),
  };
}
