import { expect, test } from '@jest/globals';
import {
  clientKey,
  spareKeyKey,
  spareKeyPartition,
  TTL_ATTRIBUTE,
  tableKey,
  tokenKey,
} from '../../../../lambda/contract/table/table-key.ts';

test('deployed tables hold on to these keys', () => {
  const { partition, sort } = tableKey;
  expect({ partition, sort, ttl: TTL_ATTRIBUTE }).toEqual({
    partition: 'pk',
    sort: 'sk',
    ttl: 'ttl',
  });
  expect(tokenKey('d')).toEqual({ [partition]: { S: 'token#d' }, [sort]: { S: 'token' } });
  expect(clientKey('bravo')).toEqual({ [partition]: { S: 'client' }, [sort]: { S: 'bravo' } });
  expect(spareKeyPartition('gold')).toBe('key#gold');
  expect(spareKeyKey('gold', 'k')).toEqual({
    [partition]: { S: 'key#gold' },
    [sort]: { S: 'k' },
  });
});
