import { beforeEach, describe, expect, test } from '@jest/globals';
import { TransientProblem } from '../../terminal/problem.ts';
import { type DeployedStack, deployedStack } from './support/deployed-stack.ts';
import { type RunOptions, run } from './support/run.ts';

let stack: DeployedStack;
beforeEach(async () => {
  stack = await deployedStack();
  // Half past eleven in the evening in UTC: another day to the east of it.
  stack.fake.time = Date.parse('2026-11-24T23:30:00Z');
});

const usage = (argv: string, options?: RunOptions) =>
  run(stack, ['usage', ...argv.split(' ').filter(Boolean)], options);

test('has the requests of every client by day, with what is left of its quota', async () => {
  stack.used.set('plan-1', [
    [
      [400, 0],
      [0, 0],
      [10, 0],
    ],
  ]);
  stack.used.set('plan-2', [
    [
      [100, 900],
      [200, 700],
      [0, 700],
    ],
  ]);
  const { exitCode, out, err } = await usage('--days 3');
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(out.split('\n')).toEqual([
    'bravo: 50 requests a second, bursts of 100, no quota',
    'DAY         REQUESTS  LEFT',
    '2026-11-22       400     -  ####################',
    '2026-11-23         0     -',
    '2026-11-24        10     -  #',
    'total            410',
    '',
    'ae-plugin: 2.5 requests a second, bursts of 5, 1000 a month',
    'DAY         REQUESTS  LEFT',
    '2026-11-22       100   900  #####',
    '2026-11-23       200   700  ##########',
    '2026-11-24         0   700',
    'total            300',
    '',
  ]);
  expect(stack.usageQueries).toEqual([
    ['plan-1', '2026-11-22', '2026-11-24'],
    ['plan-2', '2026-11-22', '2026-11-24'],
  ]);
});

test('has one client, for the last seven days, with bars of blocks at a terminal', async () => {
  stack.used.set('plan-2', [[8, 1, 3, 5, 0, 8, 2].map((used) => [used, 900] as const)]);
  const { out } = await usage('ae-plugin', { terminals: ['stdout'], env: { NO_COLOR: '1' } });
  expect(out.split('\n').slice(2, -2)).toEqual([
    '2026-11-18         8   900  ████████████████████',
    '2026-11-19         1   900  ██▌',
    '2026-11-20         3   900  ███████▌',
    '2026-11-21         5   900  ████████████▌',
    '2026-11-22         0   900',
    '2026-11-23         8   900  ████████████████████',
    '2026-11-24         2   900  █████',
  ]);
  expect(out).not.toContain('bravo');
});

test('has the same for machines, and null for what there is not', async () => {
  stack.used.set('plan-2', [
    [
      [100, 900],
      [200, 700],
    ],
  ]);
  stack.used.set('plan-1', [[[7, 0]]]);
  const { out, err } = await usage('--days 2 --json');
  expect(err).toBe('');
  expect(JSON.parse(out)).toEqual({
    stack: 'JobApi',
    from: '2026-11-23',
    to: '2026-11-24',
    clients: [
      {
        client: 'bravo',
        kind: 'code',
        limits: { rate: 50, burst: 100, quota: null },
        requests: 7,
        remaining: null,
        days: [
          { date: '2026-11-23', requests: 7, remaining: null },
          { date: '2026-11-24', requests: 0, remaining: null },
        ],
      },
      {
        client: 'ae-plugin',
        kind: 'code',
        limits: { rate: 2.5, burst: 5, quota: { requests: 1_000, period: 'MONTH' } },
        requests: 300,
        remaining: 700,
        days: [
          { date: '2026-11-23', requests: 100, remaining: 900 },
          { date: '2026-11-24', requests: 200, remaining: 700 },
        ],
      },
    ],
  });
});

describe('numbers that AWS leaves out', () => {
  test('are no requests, and nothing that is known to be left', async () => {
    stack.used.set('plan-2', [[[], [5]]]);
    const { out } = await usage('ae-plugin --days 3');
    expect(out).toMatch(/-22 +0 +-\n2026-11-23 +5 +- +#+\n2026-11-24 +0 +-\ntotal +5\n$/);
  });

  test('of a client that never called are all', async () => {
    const { exitCode, out } = await usage('--days 1');
    expect(exitCode).toBe(0);
    expect(out.match(/total +0$/gm)).toHaveLength(2);
    expect(out).not.toContain('#');
  });

  test('of a plan without limits are said to be none', async () => {
    stack.plans.set('plan-1', {});
    expect((await usage('bravo')).out).toMatch(/^bravo: no rate, no burst, no quota$/m);
    const { clients } = JSON.parse((await usage('bravo --json')).out) as { clients: object[] };
    expect(clients).toMatchObject([{ limits: { rate: null, burst: null, quota: null } }]);
  });
});

test('of a key that somebody added to the plan, the requests count too', async () => {
  stack.used.set('plan-2', [[[10, 990]], [[20, 980]]]);
  expect((await usage('ae-plugin --days 1')).out).toMatch(/-24 +30 +980 /);
});

describe('in one line, with code 1, it says that', () => {
  test.each<[string, string, () => void, string]>([
    [
      'there is no such client',
      'charlie',
      () => undefined,
      'The stack has no client of this name: choose one of bravo, ae-plugin.',
    ],
    ['the plan is gone', 'bravo', () => stack.plans.clear(), 'no plan plan-1'],
    [
      'AWS has no time',
      'bravo',
      () => {
        stack.usage = () => Promise.reject(new TransientProblem('AWS cannot do it: repeat it.'));
      },
      'AWS cannot do it',
    ],
  ])('%s', async (_, argv, prepare, message) => {
    prepare();
    const { exitCode, out, err } = await usage(argv);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toContain(message);
    expect(err).toMatch(/^error: [^\n]+\n$/);
  });
});
