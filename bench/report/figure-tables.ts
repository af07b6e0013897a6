import { type ContenderId, contenderTitles } from '../contender-list.ts';
import type { Figures } from '../figures.ts';
import { ABSENT, number, withInterval } from './number.ts';
import type { Table } from './table.ts';

const SIDE_BY_SIDE = [
  'empty',
  'empty-again',
  'empty-crypto',
  'authorizer',
  'authorizer-again',
  'plain-map',
  'under-middy',
  'powertools',
  'secrets-manager',
  'secrets-manager-split',
  'jwt',
] as const satisfies ContenderId[];

const GROWTH = {
  'tokens-2': '2',
  'tokens-80': '80, of which each of 10 clients uses one',
  'tokens-80-all-used': '80, all in use',
  'tokens-10000': '10,000, all in use',
} as const satisfies Partial<Record<ContenderId, string>>;

const JOB_FUNCTIONS = ['create-job', 'create-job-sdk'] as const satisfies ContenderId[];

const HASHES = [
  'authorizer',
  'lazy-hash',
  'noble-hash',
  'web-hash',
] as const satisfies ContenderId[];

/** The tables of a run's figures; rows and tables of which nothing was measured are left out. */
export function figureTables(figures: Figures): Table[] {
  return [
    sideBySide(figures),
    againstEachOther(figures),
    growth(figures),
    jobFunctions(figures),
    clientTable(figures),
    ...(figures.has('warm lazy-hash') ? [hashes(figures)] : []),
  ]
    .map((table) => ({ ...table, rows: measuredRows(table) }))
    .filter(({ rows }) => rows.length > 0);
}

/** The rows with a figure besides their names and the 1 of a contender beside itself. */
function measuredRows({ header, rows }: Table): Table['rows'] {
  const names = header[0] === '' ? 2 : 1;
  return rows.filter((row) => row.slice(names).some((cell) => /\d/.test(cell) && cell !== '1'));
}

/** Writes figures by their ids. */
function cells(figures: Figures) {
  const interval = (figure: string) => withInterval(figures.get(figure));
  return {
    interval,
    bare: (figure: string) => {
      const estimate = figures.get(figure);
      return estimate === undefined ? ABSENT : number(estimate.value);
    },
    /** The ratio to a reference, which is 1 for the reference itself. */
    ratio: (key: string, id: ContenderId, reference: ContenderId) =>
      id === reference ? '1' : interval(`${key} ${id} ÷ ${reference}`),
  };
}

function sideBySide(figures: Figures): Table {
  const { interval, bare, ratio } = cells(figures);
  return {
    title: 'Side by side',
    text: 'Cold start: processor time until the first event is asked for, and until it is answered, ÷ empty. Warm call in process: ÷ one SHA-256 of the token; p50 and p99 are of calls timed one by one, with the loop and the clock in them. Memory: resident, when the first event is asked for, more than empty, in MB. Compare within a table: each is measured in laps of its own.',
    header: [
      '',
      'contender',
      'cold start ÷ empty',
      'with first answer ÷ empty',
      'warm ÷ SHA-256',
      'p50',
      'p99',
      'bundle, bytes',
      'memory − empty',
    ],
    rows: SIDE_BY_SIDE.map((id) => [
      id,
      contenderTitles[id],
      ratio('init', id, 'empty'),
      ratio('first', id, 'empty'),
      interval(`warm ${id}`),
      bare(`p50 ${id}`),
      bare(`p99 ${id}`),
      bare(`bundle ${id}`),
      bare(`rss ${id} − empty`),
    ]),
  };
}

function againstEachOther(figures: Figures): Table {
  const { interval } = cells(figures);
  const row = (title: string, figure: string) => [
    title,
    interval(figure),
    String(figures.get(figure)?.n ?? ABSENT),
  ];
  return {
    title: 'Against each other',
    text: 'The ratios that have a target, and those of a contender with itself, which show how far the machine can be trusted.',
    header: ['figure', 'ratio', 'n'],
    rows: [
      row('cold start, empty again ÷ empty', 'init empty-again ÷ empty'),
      row('cold start, authorizer ÷ empty with node:crypto', 'init authorizer ÷ empty-crypto'),
      row('cold start, Powertools ÷ authorizer', 'init powertools ÷ authorizer'),
      row('cold start, Secrets Manager ÷ authorizer', 'init secrets-manager ÷ authorizer'),
      row('warm call, authorizer again ÷ authorizer', 'warm authorizer-again ÷ authorizer'),
      row('warm call, middy ÷ authorizer', 'warm under-middy ÷ authorizer'),
      row('warm call, JWT ÷ authorizer', 'warm jwt ÷ authorizer'),
      row('warm call through the runtime client, authorizer ÷ empty', 'client authorizer ÷ empty'),
      row('the same, empty again ÷ empty', 'client empty-again ÷ empty'),
      row('the same, authorizer again ÷ authorizer', 'client authorizer-again ÷ authorizer'),
    ],
  };
}

function growth(figures: Figures): Table {
  const { interval, bare, ratio } = cells(figures);
  return {
    title: 'Growth',
    text: "The authorizer with more tokens. Bytes: what a token adds to V8's heap and buffers once the authorizer has loaded, and once every token has been used; the environment itself, which the operating system holds, is not counted. The more tokens are in use, the less of their data is in the processor's cache: that grows, and not the look-up.",
    header: [
      'tokens',
      'cold start ÷ 2 tokens',
      'warm ÷ SHA-256',
      'warm ÷ 2 tokens',
      'bytes',
      'bytes, used',
    ],
    rows: (Object.keys(GROWTH) as (keyof typeof GROWTH)[]).map((id) => [
      GROWTH[id],
      ratio('init', id, 'tokens-2'),
      interval(`warm ${id}`),
      ratio('warm', id, 'tokens-2'),
      bare(`heap ${id}`),
      bare(`heap ${id} used`),
    ]),
  };
}

function jobFunctions(figures: Figures): Table {
  const { bare, ratio } = cells(figures);
  return {
    title: 'Job functions',
    text: 'The function behind `POST /jobs`. Its first answer takes one request to a DynamoDB on this machine, over TLS with a chain of three certificates.',
    header: [
      '',
      'function',
      'cold start ÷ empty',
      'with first answer ÷ empty',
      'deployed ÷ this',
      'first answer, deployed ÷ this',
      'bundle, bytes',
      'memory − empty',
    ],
    rows: JOB_FUNCTIONS.map((id) => [
      id,
      contenderTitles[id],
      ratio('init', id, 'empty'),
      ratio('first', id, 'empty'),
      ratio('init', 'create-job', id),
      ratio('first', 'create-job', id),
      bare(`bundle ${id}`),
      bare(`rss ${id} − empty`),
    ]),
  };
}

function clientTable(figures: Figures): Table {
  const { interval } = cells(figures);
  const row = (title: string, figure: string) => [title, interval(figure)];
  return {
    title: 'Client table',
    text: 'What a table costs clients in code, and what a look-up costs: it takes one request to a DynamoDB on this machine, over TLS with a chain of three certificates.',
    header: ['figure', 'measured'],
    rows: [
      row('cold start of a client in code, with a table ÷ without', 'init with-table ÷ authorizer'),
      row('the same with its first answer', 'first with-table ÷ authorizer'),
      row('warm call of a client in code, with a table ÷ without', 'warm with-table ÷ authorizer'),
      row('cold start with first answer, client of the table ÷ empty', 'first table-10 ÷ empty'),
      row('look-up − bare HTTPS request, microseconds', 'added table-10'),
      row('look-up, 10,000 clients in the table ÷ 10', 'call table-10000 ÷ table-10'),
      row('look-up, 10 clients again ÷ 10', 'call table-10-again ÷ table-10'),
      row('memory that 90,000 more unknown tokens leave, MB', 'flood grown'),
      row('GetItems for an unknown token', 'flood requests'),
    ],
  };
}

function hashes(figures: Figures): Table {
  const { interval, bare, ratio } = cells(figures);
  return {
    title: 'Other ways to a SHA-256',
    text: 'What the authorizer would cost with another SHA-256; decision 0011 says what follows.',
    header: [
      '',
      'variant',
      'cold start ÷ authorizer',
      'with first answer ÷ authorizer',
      'warm ÷ SHA-256',
      'bundle, bytes',
    ],
    rows: HASHES.map((id) => [
      id,
      contenderTitles[id],
      ratio('init', id, 'authorizer'),
      ratio('first', id, 'authorizer'),
      interval(`warm ${id}`),
      bare(`bundle ${id}`),
    ]),
  };
}
