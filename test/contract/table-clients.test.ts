import { test } from '@jest/globals';
import { missingVariables, TABLE_CLIENTS } from './target.ts';

// The same suite, with clients of the table in place of those in code.
if (missingVariables(process.env).length > 0) {
  process.env[TABLE_CLIENTS] = 'yes';
  await import('./contract.test.ts');
} else {
  test.todo('clients of the table: on a deployed API, give their tokens to the contract');
}
