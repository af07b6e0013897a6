import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const FILE = join(import.meta.dirname, '../../docs/openapi.json');
const source = readFileSync(FILE, 'utf8');

async function problemsOf(text: string): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended-strict'] });
  const problems = await lintFromString({ source: text, absoluteRef: 'openapi.json', config });
  return problems.map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

test('a linter finds nothing in docs/openapi.json, its examples included', async () => {
  expect(await problemsOf(source)).toEqual([]);
});

test('the linter finds an example that does not fit its schema', async () => {
  expect(await problemsOf(source.replace('"status": "queued"', '"status": "lost"'))).toEqual([
    expect.stringContaining('no-invalid-media-type-examples'),
  ]);
});
