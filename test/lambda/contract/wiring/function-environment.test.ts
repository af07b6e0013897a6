import { expect, test } from '@jest/globals';
import { environmentVariables } from '../../../../lambda/contract/wiring/function-environment.ts';

test("a function's variables are read as they are, and a function without any has none", () => {
  expect(environmentVariables({ Environment: { Variables: { A: '1' } } })).toEqual({ A: '1' });
  expect(environmentVariables({ Environment: { Variables: {} } })).toEqual({});
  expect(environmentVariables({})).toBeUndefined();
});

test.each([
  [
    'cannot be decrypted',
    { Error: { ErrorCode: 'AccessDeniedException' } },
    'AccessDeniedException',
  ],
  ['has an error without a code', { Error: {} }, 'no variables'],
  ['has variables beside an error', { Variables: { A: '1' }, Error: { ErrorCode: 'X' } }, 'X'],
  ['has no variables', {}, 'no variables'],
])('an environment that %s is not an empty one', (_, Environment, said) => {
  expect(() => environmentVariables({ Environment })).toThrow(
    new Error(`the authorizer's environment cannot be read (${said}): look at its KMS key`),
  );
});
