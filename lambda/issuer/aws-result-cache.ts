import {
  type APIGatewayClient,
  FlushStageAuthorizersCacheCommand,
  NotFoundException,
} from '@aws-sdk/client-api-gateway';
import type { ResultCache } from './ports.ts';

/** API Gateway's cache of authorizer results for one stage. */
export function awsResultCache(
  client: APIGatewayClient,
  restApiId: string,
  stageName: string,
): ResultCache {
  return {
    async flush() {
      try {
        await client.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName }));
      } catch (error) {
        // A stage that is not there yet keeps no results.
        if (!(error instanceof NotFoundException)) throw error;
      }
    },
  };
}
