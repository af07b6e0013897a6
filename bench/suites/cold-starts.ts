import type { ContenderId, FindContender } from '../contender-list.ts';
import { type FigureSpec, ratio, sampleOf } from '../figures.ts';
import { seededRandom } from '../random.ts';
import { freshEventText } from '../request-events.ts';
import { startFunction } from '../runtime/function-process.ts';
import type { Suite } from './suite.ts';

const BYTES_IN_MB = 1e6;

/** Few contenders per suite, so that those of a lap are close in time. */
const groups = [
  {
    group: 'init',
    title: 'cold start',
    ids: ['empty', 'empty-again', 'empty-crypto', 'authorizer'],
    quick: 24,
    full: 120,
    under: 'empty',
    more: [ratio('init', 'authorizer', 'empty-crypto')],
  },
  {
    group: 'init',
    title: 'cold start of the others',
    ids: [
      'empty',
      'authorizer',
      'plain-map',
      'under-middy',
      'powertools',
      'secrets-manager',
      'secrets-manager-split',
      'jwt',
    ],
    quick: 8,
    full: 40,
    under: 'empty',
    more: [
      ratio('init', 'powertools', 'authorizer'),
      ratio('init', 'secrets-manager', 'authorizer'),
    ],
  },
  {
    group: 'growth',
    title: 'cold start with more tokens',
    ids: ['tokens-2', 'tokens-80', 'tokens-10000'],
    quick: 8,
    full: 40,
    under: 'tokens-2',
    more: [],
  },
  {
    group: 'variants',
    title: 'cold start of the variants',
    ids: ['empty', 'authorizer', 'lazy-hash', 'noble-hash', 'web-hash'],
    quick: 8,
    full: 60,
    under: 'empty',
    more: (['lazy-hash', 'noble-hash', 'web-hash'] as const).flatMap((id) => [
      ratio('init', id, 'authorizer'),
      ratio('first', id, 'authorizer'),
    ]),
  },
  {
    group: 'jobs',
    title: 'cold start of a job function',
    ids: ['empty', 'create-job', 'create-job-sdk'],
    quick: 8,
    full: 40,
    under: 'empty',
    more: [
      ratio('init', 'create-job', 'create-job-sdk'),
      ratio('first', 'create-job', 'create-job-sdk'),
    ],
  },
  {
    group: 'table',
    title: 'cold start with a client table',
    ids: ['empty', 'authorizer', 'with-table', 'table-10'],
    quick: 16,
    full: 60,
    under: 'empty',
    more: [ratio('init', 'with-table', 'authorizer'), ratio('first', 'with-table', 'authorizer')],
  },
] as const;

/**
 * Cold starts under Lambda's runtime client: the processor time until a function asks for its first
 * event (`init`) and has answered it (`first`), and its memory when it asks (`rss`, in MB).
 */
export function coldStartSuites(find: FindContender, client: string): Suite[] {
  return groups.map(({ under, more, ids, ...rest }) => ({
    ...rest,
    ids,
    needsRuntimeClient: true,
    figures: [...ids.flatMap((id) => (id === under ? [] : figuresOf(id, under))), ...more],
    open: async () => {
      const random = seededRandom(1);
      return {
        take: async (id) => {
          const { tokens, event, requestCount, ...source } = find(id);
          const lambda = await startFunction(client, source);
          try {
            const init = lambda.cpu();
            const rss = lambda.rss() / BYTES_IN_MB;
            const [token = ''] = tokens;
            const before = requestCount?.() ?? 0;
            await lambda.invoke(event ?? freshEventText(token, random));
            const made = (requestCount?.() ?? 1) - before;
            if (made !== 1) throw new Error(`${id} made ${made} requests for one event`);
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
  return [
    ratio('init', id, under),
    ratio('first', id, under),
    {
      id: `rss ${id} − ${under}`,
      of: (lap) => sampleOf(lap, id, 'rss') - sampleOf(lap, under, 'rss'),
    },
  ];
}
