import {
  type APIGatewayClient,
  FlushStageAuthorizersCacheCommand,
  NotFoundException,
} from '@aws-sdk/client-api-gateway';
import type { IssuerStage } from '../contract/wiring/issuer.ts';
import type { ResultCache } from './ports.ts';

/** API Gateway's caches of authorizer results, one for each stage. */
export function awsResultCache(
  client: APIGatewayClient,
  stages: readonly IssuerStage[],
): ResultCache {
  return {
    async flush() {
      // One after the other: API Gateway takes few such calls at once.
      for (const { restApiId, stageName } of stages) {
        try {
          await client.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName }));
        } catch (error) {
          // A stage that is not there yet keeps no results.
          if (!(error instanceof NotFoundException)) throw error;
        }
      }
    },
  };
}
