import { expect, test } from '@jest/globals';
import { VERIFIERS_KEY } from '../../../lambda/contract/token/token-secret.ts';
import { API_IDS_VARIABLE } from '../../../lambda/contract/wiring/api-ids.ts';
import {
  CLIENT_DIMENSION,
  METRIC_CLIENTS_VARIABLE,
  METRIC_NAMESPACE_VARIABLE,
} from '../../../lambda/contract/wiring/client-metrics.ts';
import { issuerVariables } from '../../../lambda/contract/wiring/issuer.ts';
import { AUTHORIZER_FUNCTION_VARIABLE } from '../../../lambda/contract/wiring/token-ends-event.ts';
import { JOB_TABLE_VARIABLE } from '../../../lambda/jobs/job-table.ts';

test.each([
  API_IDS_VARIABLE,
  METRIC_CLIENTS_VARIABLE,
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
