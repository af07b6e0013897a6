import { LambdaClient } from '@aws-sdk/client-lambda';
import { AUTHORIZER_FUNCTION_VARIABLE } from '../../contract/wiring/token-ends-event.ts';
import { requireVariable } from '../../contract/wiring/variables.ts';
import { logLine } from '../../log.ts';
import { metricWriter } from '../../metrics.ts';
import { createTokenEndReporter } from '../token-end-reporter.ts';

export const handler = createTokenEndReporter(
  new LambdaClient(),
  requireVariable(process.env, AUTHORIZER_FUNCTION_VARIABLE),
  metricWriter(process.env),
  logLine,
  Date.now,
);
