import { expect, test } from '@jest/globals';
import { requireVariable, variableFault } from '../../../../lambda/contract/wiring/variables.ts';

const reference = '{{resolve:secretsmanager:name:SecretString:verifiers}}';

test.each([
  ['', 'is missing or empty'],
  [' \n', 'is missing or empty'],
  [reference, 'is not resolved'],
  [` ${reference}`, 'is not resolved'],
  [`a ${reference}`, undefined],
  ['a', undefined],
])('of the value %j is said: %s', (value, fault) => {
  expect(variableFault(value)).toBe(fault);
});

test('a variable that a function cannot do without is there, or named', () => {
  expect(requireVariable({ TABLE: 'jobs' }, 'TABLE')).toBe('jobs');
  expect(() => requireVariable({}, 'TABLE')).toThrow('TABLE is missing or empty');
  expect(() => requireVariable({ TABLE: reference }, 'TABLE')).toThrow('TABLE is not resolved');
});
