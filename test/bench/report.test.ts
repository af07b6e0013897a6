import { describe, expect, test } from '@jest/globals';
import { cacheTable } from '../../bench/report/cache-table.ts';
import { chart } from '../../bench/report/chart.ts';
import { figureTables } from '../../bench/report/figure-tables.ts';
import { markdownReport } from '../../bench/report/markdown-report.ts';
import { number, withInterval } from '../../bench/report/number.ts';
import { targetTable } from '../../bench/report/target-table.ts';
import { textTable } from '../../bench/report/text-table.ts';
import type { Estimate } from '../../bench/statistics.ts';
import { judgeTargets } from '../../bench/verdict.ts';

const about = (value: number): Estimate => ({
  value,
  low: value * 0.9,
  high: value * 1.1,
  n: 40,
});
const figures = new Map([
  ...['plain-map', 'authorizer', 'under-middy', 'jwt', 'powertools', 'secrets-manager'].map(
    (id, i) => [`init ${id} ÷ empty`, about(1 + i / 2)] as const,
  ),
  ...['authorizer', 'plain-map', 'under-middy', 'jwt', 'powertools'].map(
    (id, i) => [`warm ${id}`, about(1.25 * 3 ** i)] as const,
  ),
  ['init empty-again ÷ empty', about(1)],
  ['bundle authorizer', { ...about(4_000), low: 4_000, high: 4_000, n: 1 }],
]);
const setting = {
  date: '2026-11-23',
  command: 'npm run bench',
  processor: 'Some <CPU>',
  processors: 2,
  memoryGb: 8,
  system: 'linux 6.1 x64',
  versions: { node: '24.21.0' },
};

test.each([
  [1.2345, '1.23'],
  [12.345, '12.3'],
  [123.45, '123'],
  [4_096, '4,096'],
  [-0.5, '-0.50'],
])('%d is written %s', (value, text) => {
  expect(number(value)).toBe(text);
});

test('an estimate has its interval, an exact figure has none, a missing one is a dash', () => {
  expect(withInterval(about(1))).toBe('1.00 (0.90–1.10)');
  expect(withInterval({ value: 4_059, low: 4_059, high: 4_059, n: 1 })).toBe('4,059');
  expect(withInterval(undefined)).toBe('–');
});

describe('the tables', () => {
  const all = figureTables(figures);

  test('have a row for what was measured, and none for what was not', () => {
    const [first] = all;
    expect(first?.rows.map(([id]) => id)).toEqual([
      'empty-again',
      'authorizer',
      'plain-map',
      'under-middy',
      'powertools',
      'secrets-manager',
      'jwt',
    ]);
    expect(all.map(({ title }) => title)).toEqual(['Side by side', 'Against each other']);
    expect(figureTables(new Map())).toEqual([]);
  });

  test('have a figure in its place', () => {
    const row = all[0]?.rows.find(([id]) => id === 'authorizer');
    expect(row).toContain('1.50 (1.35–1.65)');
    expect(row).toContain('4,000');
  });

  test('are as wide as their headers', () => {
    for (const { header, rows } of [...all, targetTable(judgeTargets(figures))]) {
      for (const row of rows) expect(row).toHaveLength(header.length);
    }
  });

  test('say of every target how it came out', () => {
    const { rows } = targetTable(judgeTargets(figures));
    expect(rows.find(([title]) => title === 'Bundle of the authorizer, bytes')).toEqual([
      'Bundle of the authorizer, bytes',
      '≤ 7,168',
      '4,000',
      'kept',
    ]);
  });

  test('stand in columns on a terminal', () => {
    const table = {
      title: 'T',
      text: '',
      header: ['a', 'b'],
      rows: [
        ['long', '1'],
        ['x', '2'],
      ],
    };
    expect(textTable(table)).toBe('T\n  a     b\n  long  1\n  x     2');
  });
});

test('the cache has a row for each time to live and a column for each traffic', () => {
  const row = (traffic: string, ttlSeconds: number, calls: number) => ({
    traffic,
    ttlSeconds,
    calls,
    dollars: calls * 2e-7,
    check: { requests: 10, simulated: 5, counted: 5 },
  });
  const { header, rows, text } = cacheTable([
    row('busy', 0, 1_000_000),
    row('busy', 60, 3_000),
    row('rare', 0, 1_000_000),
    row('rare', 60, 900_000),
  ]);
  expect(header).toEqual(['cacheTtl', 'busy', 'rare']);
  expect(rows).toEqual([
    ['0 s', '1,000,000, $0.200', '1,000,000, $0.200'],
    ['60 s', '3,000, < $0.001', '900,000, $0.180'],
  ]);
  expect(text).toContain('20 times in all');
});

test('the document says where and how the figures were made', () => {
  const text = markdownReport(figureTables(figures), setting);
  expect(text).toContain('`npm run bench` on 2026-11-23: Some <CPU>, 2 processors, 8 GB');
  expect(text).toContain('node 24.21.0');
  expect(text).toContain('| authorizer | this authorizer, as it is deployed | 1.50 (1.35–1.65) |');
});

describe('the chart', () => {
  test('has a title, a description with the figures, and a bar for each contender', () => {
    const svg = chart(figures, { ...setting, command: 'a < b & c' }) ?? '';
    expect(svg).toMatch(/<title id="title">.+<\/title>/);
    expect(svg).toMatch(/<desc id="desc">.*this authorizer 1\.50.*<\/desc>/);
    expect(svg.match(/<rect /g)).toHaveLength(12);
    expect(svg.match(/class="ours"/g)).toHaveLength(2);
    expect(svg).toContain('a &lt; b &amp; c');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toContain('NaN');
  });

  test('is not drawn if a bar would be missing', () => {
    expect(chart(new Map([...figures].slice(1)), setting)).toBeUndefined();
  });
});
