import { expect, test } from '@jest/globals';
import {
  CLIENT_DIMENSION,
  METRIC_NAMESPACE_VARIABLE,
} from '../../../lambda/contract/client-metrics.ts';
import { issuerVariables } from '../../../lambda/contract/issuer.ts';
import { JOB_TABLE_VARIABLE } from '../../../lambda/contract/job-table.ts';
import { AUTHORIZER_FUNCTION_VARIABLE } from '../../../lambda/contract/token-ends.ts';
import { VERIFIERS_KEY } from '../../../lambda/contract/token-secret.ts';

test.each([
  METRIC_NAMESPACE_VARIABLE,
  JOB_TABLE_VARIABLE,
  AUTHORIZER_FUNCTION_VARIABLE,
  ...Object.values(issuerVariables),
])('Lambda takes %s as the name of a variable', (name) => {
  expect(name).toMatch(/^[A-Z][A-Z_]+$/);
});

test('deployed secrets, and dashboards that others made, hold on to these names', () => {
  expect(VERIFIERS_KEY).toBe('verifiers');
  expect(CLIENT_DIMENSION).toBe('Client');
});
