import {
  type APIGatewayClient,
  FlushStageAuthorizersCacheCommand,
  NotFoundException,
} from '@aws-sdk/client-api-gateway';
import {
  type ApiGatewayV2Client,
  NotFoundException as HttpNotFoundException,
  ResetAuthorizersCacheCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { IssuerStage } from '../contract/wiring/issuer.ts';
import type { ResultCache } from './ports.ts';

/** What flushes the results of each kind of API. */
export interface GatewayClients {
  readonly restApis: APIGatewayClient;
  readonly httpApis: ApiGatewayV2Client;
}

/** API Gateway's caches of authorizer results, one for each stage. */
export function awsResultCache(
  { restApis, httpApis }: GatewayClients,
  stages: readonly IssuerStage[],
): ResultCache {
  const flushStage = ({ apiId, stageName, isHttpApi }: IssuerStage) =>
    isHttpApi
      ? httpApis.send(new ResetAuthorizersCacheCommand({ ApiId: apiId, StageName: stageName }))
      : restApis.send(new FlushStageAuthorizersCacheCommand({ restApiId: apiId, stageName }));
  return {
    async flush() {
      // One after the other: API Gateway takes few such calls at once.
      for (const stage of stages) {
        try {
          await flushStage(stage);
        } catch (error) {
          // A stage that is not there yet keeps no results.
          if (!(error instanceof NotFoundException || error instanceof HttpNotFoundException)) {
            throw error;
          }
        }
      }
    },
  };
}
