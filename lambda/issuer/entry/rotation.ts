import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  issuerVariables,
  parseIssuerClients,
  parseStageArns,
} from '../../contract/wiring/issuer.ts';
import { awsAuthorizer } from '../aws-authorizer.ts';
import { awsResultCache } from '../aws-result-cache.ts';
import { awsSecrets } from '../aws-secrets.ts';
import { createRotationFunction } from '../rotation-function.ts';
import { issuerVariable } from './issuer-variable.ts';
import registry from './registry.json' with { type: 'json' };

const stages = parseStageArns(
  process.env[issuerVariables.stageArns],
  process.env[issuerVariables.httpStageArns],
);

export const handler = createRotationFunction(
  {
    secrets: awsSecrets(new SecretsManagerClient()),
    clients: parseIssuerClients(registry, issuerVariable('secretIds')),
    authorizer: awsAuthorizer(
      new LambdaClient(),
      issuerVariable('authorizerFunction'),
      issuerVariable('headerName'),
      stages,
    ),
    cache: awsResultCache(
      { restApis: new APIGatewayClient(), httpApis: new ApiGatewayV2Client() },
      stages,
    ),
    prefix: issuerVariable('prefix'),
    now: Date.now,
  },
  Number(issuerVariable('overlapSeconds')),
);
