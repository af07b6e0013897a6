import type { ContenderId, FindContender } from '../contender-list.ts';
import { type FigureSpec, type Measure, ratio, sampleOf } from '../figures.ts';
import { seededRandom } from '../random.ts';
import { freshEventText } from '../request-events.ts';
import { startFunction } from '../runtime/function-process.ts';

const BYTES_IN_MB = 1e6;

/** Who is compared from a cold start on, in three groups: the fewer in one, the closer in time. */
const groups = [
  {
    group: 'init',
    title: 'cold start',
    ids: ['E', 'E2', 'C', 'O'],
    quick: 24,
    full: 120,
    under: 'E',
    more: [ratio('init', 'O', 'C')],
  },
  {
    group: 'init',
    title: 'cold start of the others',
    ids: ['E', 'O', 'S', 'M', 'P', 'K', 'KS', 'J'],
    quick: 8,
    full: 40,
    under: 'E',
    more: [ratio('init', 'P', 'O'), ratio('init', 'K', 'O')],
  },
  {
    group: 'growth',
    title: 'cold start with more tokens',
    ids: ['T2', 'T80', 'T10000'],
    quick: 8,
    full: 40,
    under: 'T2',
    more: [],
  },
  {
    group: 'variants',
    title: 'cold start of the variants',
    ids: ['E', 'O', 'L', 'N', 'W'],
    quick: 8,
    full: 60,
    under: 'E',
    more: (['L', 'N', 'W'] as const).flatMap((id) => [
      ratio('init', id, 'O'),
      ratio('first', id, 'O'),
    ]),
  },
  {
    group: 'jobs',
    title: 'cold start of a job function',
    ids: ['E', 'D', 'D1', 'U'],
    quick: 6,
    full: 40,
    under: 'E',
    more: [ratio('init', 'D', 'D1'), ratio('init', 'D', 'U')],
  },
] as const;

/**
 * Cold starts under Lambda's runtime client: the processor time until a function asks for its first
 * event (`init`) and until it has answered it (`first`), and the memory when it asks (`rss`, in MB).
 */
export function initMeasures(find: FindContender, client: string): Measure[] {
  return groups.map(({ under, more, ids, ...rest }) => ({
    ...rest,
    ids,
    needsRuntimeClient: true,
    figures: [...ids.flatMap((id) => (id === under ? [] : figuresOf(id, under))), ...more],
    open: async () => {
      const random = seededRandom(1);
      return {
        take: async (id) => {
          const { tokens, ...source } = find(id);
          const lambda = await startFunction(client, source);
          try {
            const init = lambda.cpu();
            const rss = lambda.rss() / BYTES_IN_MB;
            const [token] = tokens;
            if (token === undefined) return { init, rss };
            await lambda.invoke(freshEventText(token, random));
            return { init, rss, first: lambda.cpu() };
          } finally {
            await lambda.stop();
          }
        },
        close: async () => undefined,
      };
    },
  }));
}

function figuresOf(id: ContenderId, under: ContenderId): FigureSpec[] {
  const isJob = ['D', 'D1', 'U'].includes(id);
  return [
    ratio('init', id, under),
    ...(isJob ? [] : [ratio('first', id, under)]),
    {
      id: `rss ${id} − ${under}`,
      of: (lap) => sampleOf(lap, id, 'rss') - sampleOf(lap, under, 'rss'),
    },
  ];
}
