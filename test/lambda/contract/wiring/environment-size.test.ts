import { expect, test } from '@jest/globals';
import {
  environmentBytes,
  MAX_ENVIRONMENT_BYTES,
} from '../../../../lambda/contract/wiring/environment-size.ts';

test('an environment is measured as its JSON text, in bytes of UTF-8', () => {
  expect(environmentBytes({})).toBe('{}'.length);
  expect(environmentBytes({ A: 'b', C: 'd' })).toBe('{"A":"b","C":"d"}'.length);
  expect(environmentBytes({ A: '"' })).toBe(String.raw`{"A":"\""}`.length);
  expect(environmentBytes({ A: 'ü' })).toBe('{"A":"u"}'.length + 1);
});

test('Lambda allows 4 KB', () => {
  expect(MAX_ENVIRONMENT_BYTES).toBe(4 * 1024);
});
