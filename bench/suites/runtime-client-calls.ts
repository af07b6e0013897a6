import type { ContenderId, FindContender } from '../contender-list.ts';
import { ratio } from '../figures.ts';
import { pick, seededRandom } from '../random.ts';
import { freshEventText } from '../request-events.ts';
import { type FunctionProcess, startFunction } from '../runtime/function-process.ts';
import type { Suite } from './suite.ts';

const IDS = [
  'empty',
  'empty-again',
  'authorizer',
  'authorizer-again',
] as const satisfies ContenderId[];
const WARM_UP_CALLS = 1_500;
const BLOCK_CALLS = 150;

/**
 * Warm calls through Lambda's runtime client: the whole process's processor time per call. All
 * contenders run at once and take turns in blocks of calls.
 */
export function runtimeClientSuite(find: FindContender, client: string): Suite {
  return {
    group: 'client',
    title: 'warm calls through the runtime client',
    ids: IDS,
    quick: 20,
    full: 120,
    needsRuntimeClient: true,
    figures: [
      ratio('client', 'authorizer', 'empty'),
      ratio('client', 'empty-again', 'empty'),
      ratio('client', 'authorizer-again', 'authorizer'),
    ],
    open: async () => {
      const random = seededRandom(1);
      const running = new Map<ContenderId, FunctionProcess>();
      const close = async () => {
        await Promise.all([...running.values()].map((lambda) => lambda.stop()));
      };
      const call = async (id: ContenderId, times: number) => {
        const lambda = running.get(id) as FunctionProcess;
        for (let i = 0; i < times; i++) {
          await lambda.invoke(freshEventText(pick(find(id).tokens, random), random));
        }
        return lambda.cpu();
      };
      try {
        for (const id of IDS) {
          running.set(id, await startFunction(client, find(id)));
          await call(id, WARM_UP_CALLS);
        }
      } catch (error) {
        await close();
        throw error;
      }
      return {
        take: async (id) => {
          const before = await call(id, 0);
          return { client: ((await call(id, BLOCK_CALLS)) - before) / BLOCK_CALLS };
        },
        close,
      };
    },
  };
}
