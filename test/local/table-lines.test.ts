import { expect, test } from '@jest/globals';
import { tableLines } from '../../local/cli/table-lines.ts';
import type { ClientTable } from '../../local/client-tables.ts';

const table: ClientTable = {
  clientFunction: 'function',
  tableName: 'table',
  plans: ['standard', 'gold'],
  tokenPrefix: 'atk',
  importedKeys: false,
  stackName: 'JobApi',
};
const plain = (_: unknown, text: string) => text;

test.each([
  [0, '0 clients'],
  [1, '1 client'],
  [1_000, '1000 clients'],
  [1_001, 'more than 1000 clients'],
  [undefined, 'its clients cannot be counted'],
])('a table with %p clients', (count, text) => {
  expect(tableLines(table, count, false, plain)).toEqual([
    '',
    `client table: ${text}`,
    "  npm run --silent tokens -- create charlie --permissions '*' --plan standard",
  ]);
});

test('a table without plans, of one of several stacks', () => {
  expect(tableLines({ ...table, plans: [] }, 2, true, plain)).toEqual([
    '',
    'client table (JobApi): 2 clients',
    "  npm run --silent tokens -- create charlie --permissions '*' --stack JobApi",
  ]);
});
