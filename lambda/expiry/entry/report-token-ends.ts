import { LambdaClient } from '@aws-sdk/client-lambda';
import { AUTHORIZER_FUNCTION_VARIABLE } from '../../contract/wiring/token-ends-event.ts';
import { logLine } from '../../log.ts';
import { metricWriter } from '../../metrics.ts';
import { createTokenEndReporter } from '../token-end-reporter.ts';

const authorizer = process.env[AUTHORIZER_FUNCTION_VARIABLE];
if (!authorizer) throw new Error(`${AUTHORIZER_FUNCTION_VARIABLE} is missing or empty`);

export const handler = createTokenEndReporter(
  new LambdaClient(),
  authorizer,
  metricWriter(process.env),
  logLine,
  Date.now,
);
