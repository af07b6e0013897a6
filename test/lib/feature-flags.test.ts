import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const read = (path: string) =>
  JSON.parse(readFileSync(join(root, path), 'utf8')) as Record<string, unknown>;

test('every feature flag that a new CDK app sets is set', () => {
  const recommended = read('node_modules/aws-cdk-lib/recommended-feature-flags.json');
  expect(Object.keys(recommended).length).toBeGreaterThan(50);
  expect(read('cdk.json').context).toMatchObject(recommended);
});
