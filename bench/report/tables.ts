import type { CacheRow } from '../cache/simulate-cache.ts';
import { type ContenderId, contenderTitles } from '../contender-list.ts';
import type { Figures } from '../figures.ts';
import type { Estimate } from '../statistics.ts';
import type { Judged } from '../verdict.ts';

const grown = {
  T2: '2',
  T80: '80, of which each of 10 clients uses one',
  T80all: '80, all in use',
  T10000: '10,000, all in use',
} as const;

/** Rows under a header. */
export interface Table {
  readonly title: string;
  /** What the figures are, in a sentence or two. */
  readonly text: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const ABSENT = '–';
const CONTENDERS = ['E', 'E2', 'C', 'O', 'O2', 'S', 'M', 'P', 'K', 'KS', 'J'] as const;

/** A number with as many digits as say something. */
export function number(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

/** An estimate and its interval. */
export function withInterval(estimate: Estimate | undefined): string {
  if (estimate === undefined) return ABSENT;
  const { value, low, high, n } = estimate;
  return n === 1 ? number(value) : `${number(value)} (${number(low)}–${number(high)})`;
}

/** The tables of a run's figures; rows and tables of which nothing was measured are left out. */
export function tables(figures: Figures): Table[] {
  const cell = (id: string) => withInterval(figures.get(id));
  const bare = (id: string) => {
    const estimate = figures.get(id);
    return estimate === undefined ? ABSENT : number(estimate.value);
  };
  const itself = (id: ContenderId, reference: ContenderId, text: string) =>
    id === reference ? '1' : text;
  const what = (id: ContenderId) => contenderTitles[id];
  const all: Table[] = [
    {
      title: 'Side by side',
      text: 'Cold start: processor time until the first event is asked for, and until it is answered, ÷ E. Warm call in process: ÷ one SHA-256 of the token; p50 and p99 are of calls timed one by one, with the loop and the clock in them. Memory: resident, when the first event is asked for, more than E, in MB. Compare within a table: each is measured in laps of its own.',
      header: [
        '',
        'contender',
        'cold start ÷ E',
        'with first answer ÷ E',
        'warm ÷ SHA-256',
        'p50',
        'p99',
        'bundle, bytes',
        'memory − E',
      ],
      rows: CONTENDERS.map((id) => [
        id,
        what(id),
        itself(id, 'E', cell(`init ${id} ÷ E`)),
        itself(id, 'E', cell(`first ${id} ÷ E`)),
        cell(`warm ${id}`),
        bare(`p50 ${id}`),
        bare(`p99 ${id}`),
        bare(`bundle ${id}`),
        bare(`rss ${id} − E`),
      ]),
    },
    {
      title: 'Against each other',
      text: 'The ratios that have a target, and those of a contender with itself, which show how far the machine can be trusted.',
      header: ['figure', 'ratio', 'n'],
      rows: [
        ['cold start, E again ÷ E', 'init E2 ÷ E'],
        ['cold start, O ÷ E with node:crypto', 'init O ÷ C'],
        ['cold start, P ÷ O', 'init P ÷ O'],
        ['cold start, K ÷ O', 'init K ÷ O'],
        ['warm call, O again ÷ O', 'warm O2 ÷ O'],
        ['warm call, M ÷ O', 'warm M ÷ O'],
        ['warm call, J ÷ O', 'warm J ÷ O'],
        ['warm call through the runtime client, O ÷ E', 'client O ÷ E'],
        ['the same, E again ÷ E', 'client E2 ÷ E'],
        ['the same, O again ÷ O', 'client O2 ÷ O'],
      ].map(([title = '', id = '']) => [title, cell(id), String(figures.get(id)?.n ?? ABSENT)]),
    },
    {
      title: 'Growth',
      text: "O with more tokens. Bytes: what a token adds to V8's heap and buffers once the authorizer has loaded, and once every token has been used; the environment itself, which the operating system holds, is not counted. The more tokens are in use, the less of what belongs to them is in the processor's cache: that, and not the look-up, is what grows.",
      header: [
        'tokens',
        'cold start ÷ 2 tokens',
        'warm ÷ SHA-256',
        'warm ÷ 2 tokens',
        'bytes',
        'bytes, used',
      ],
      rows: (['T2', 'T80', 'T80all', 'T10000'] as const).map((id) => [
        grown[id],
        itself(id, 'T2', cell(`init ${id} ÷ T2`)),
        cell(`warm ${id}`),
        itself(id, 'T2', cell(`warm ${id} ÷ T2`)),
        bare(`heap ${id}`),
        bare(`heap ${id} used`),
      ]),
    },
    {
      title: 'Job functions',
      text: 'The function behind `POST /jobs`. Its bundle is split at `import()`, so that a cold start reads what it runs.',
      header: ['', 'function', 'cold start ÷ E', 'D ÷ this', 'bundle, bytes', 'memory − E'],
      rows: (['D', 'D1', 'U'] as const).map((id) => [
        id,
        what(id),
        cell(`init ${id} ÷ E`),
        itself(id, 'D', cell(`init D ÷ ${id}`)),
        id === 'U' ? `${bare('bundle U')} and the SDK` : bare(`bundle ${id}`),
        bare(`rss ${id} − E`),
      ]),
    },
    {
      title: 'Other ways to a SHA-256',
      text: 'What O would cost with another SHA-256; decision 0011 says what follows.',
      header: [
        '',
        'variant',
        'cold start ÷ O',
        'with first answer ÷ O',
        'warm ÷ SHA-256',
        'bundle, bytes',
      ],
      rows: (figures.has('warm L') ? (['O', 'L', 'N', 'W'] as const) : []).map((id) => [
        id,
        what(id),
        itself(id, 'O', cell(`init ${id} ÷ O`)),
        itself(id, 'O', cell(`first ${id} ÷ O`)),
        cell(`warm ${id}`),
        bare(`bundle ${id}`),
      ]),
    },
  ];
  return all
    .map((table) => ({ ...table, rows: measuredRows(table) }))
    .filter(({ rows }) => rows.length > 0);
}

/** The rows that have a figure, and not only a name and the 1 of what is compared with itself. */
function measuredRows({ header, rows }: Table): Table['rows'] {
  const names = header[0] === '' ? 2 : 1;
  return rows.filter((row) => row.slice(names).some((cell) => /\d/.test(cell) && cell !== '1'));
}

/** The table of the targets. */
export function targetTable(judged: readonly Judged[]): Table {
  return {
    title: 'Targets',
    text: 'A target is missed if the whole 95 % interval is outside of it, and unclear if the estimate alone is.',
    header: ['target', '', 'measured', ''],
    rows: judged.map(({ target, estimate, outcome }) => [
      target.title,
      'atMost' in target ? `≤ ${number(target.atMost)}` : `≥ ${number(target.atLeast)}`,
      withInterval(estimate),
      outcome,
    ]),
  };
}

/** The table of the cache, with a column for each kind of traffic. */
export function cacheTable(rows: readonly CacheRow[]): Table {
  const traffics = [...new Set(rows.map(({ traffic }) => traffic))];
  const checked = rows.reduce((sum, { check }) => sum + check.counted, 0);
  const requests = rows[0]?.check.requests ?? 0;
  const dollars = (value: number) => (value < 0.001 ? '< $0.001' : `$${value.toFixed(3)}`);
  return {
    title: 'What the cache saves',
    text: `Authorizer calls for a million requests of ten clients, and what Lambda asks for them, by how long API Gateway keeps a result (\`cacheTtl\`). Simulated: each client calls at random, with the waiting times of a Poisson process. List prices of us-east-1: $0.20 for a million calls, and $0.0000133334 for a GB-second at 256 MB and the billed minimum of 1 ms; cold starts are not in it. The first ${number(requests).replace(/\.\d+$/, '')} requests of each simulation also went through the local gateway, which called the authorizer exactly as often: ${number(checked).replace(/\.\d+$/, '')} times in all.`,
    header: ['cacheTtl', ...traffics],
    rows: [...new Set(rows.map(({ ttlSeconds }) => ttlSeconds))].map((ttl) => [
      `${ttl} s`,
      ...traffics.map((traffic) => {
        const row = rows.find((each) => each.traffic === traffic && each.ttlSeconds === ttl);
        return row === undefined
          ? ABSENT
          : `${row.calls.toLocaleString('en-US')}, ${dollars(row.dollars)}`;
      }),
    ]),
  };
}
