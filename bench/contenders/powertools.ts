import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { Tracer } from '@aws-lambda-powertools/tracer';
import { captureLambdaHandler } from '@aws-lambda-powertools/tracer/middleware';
import middy from '@middy/core';
import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { createAuthorizer } from '../../lambda/authorizer/authorizer.ts';
import { logLine } from '../../lambda/log.ts';
import registry from './registry.json' with { type: 'json' };

const logger = new Logger({ serviceName: 'authorizer' });
const metrics = new Metrics({ namespace: 'JobApi', serviceName: 'authorizer' });
const tracer = new Tracer({ serviceName: 'authorizer' });
const authorize = createAuthorizer(registry, process.env, logLine, Date.now);

/**
 * Our authorizer with Powertools' logger, metrics and tracer, as its documentation recommends for
 * middy, and one metric per call. Traces leave out the responses, which are policies.
 */
export const handler = middy(async (event: APIGatewayRequestAuthorizerEvent) => {
  const result = await authorize(event);
  metrics.addMetric('authorized', MetricUnit.Count, 1);
  return result;
})
  .use(captureLambdaHandler(tracer, { captureResponse: false }))
  .use(injectLambdaContext(logger))
  .use(logMetrics(metrics, { captureColdStartMetric: true }));
