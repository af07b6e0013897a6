import { expect, test } from '@jest/globals';
import {
  lastUsedFields,
  lastUsedQuery,
  MAX_QUERIED_TOKENS,
} from '../../../../lambda/contract/wiring/last-used-query.ts';

test('the query finds the last line of each token, under the names of its fields', () => {
  expect(lastUsedQuery(['0123456789ab', 'ba9876543210'])).toBe(
    'fields toMillis(@timestamp) as time | filter tokenId in ["0123456789ab","ba9876543210"] | stats max(time) as lastUsed by tokenId',
  );
  expect(lastUsedFields).toEqual({ tokenId: 'tokenId', time: 'lastUsed' });
});

test('as many tokens as it may ask for fit into its text', () => {
  const ids = Array<string>(MAX_QUERIED_TOKENS).fill('0123456789ab');
  expect(lastUsedQuery(ids).length).toBeLessThanOrEqual(10_000);
});
