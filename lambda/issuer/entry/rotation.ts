import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseIssuerClients, parseStageArns } from '../../contract/wiring/issuer.ts';
import { awsAuthorizer } from '../aws-authorizer.ts';
import { awsResultCache } from '../aws-result-cache.ts';
import { awsSecrets } from '../aws-secrets.ts';
import { createRotationFunction } from '../rotation-function.ts';
import registry from './registry.json' with { type: 'json' };
import { variable } from './variables.ts';

const stages = parseStageArns(variable('stageArns'));

export const handler = createRotationFunction(
  {
    secrets: awsSecrets(new SecretsManagerClient()),
    clients: parseIssuerClients(registry, variable('secretIds')),
    authorizer: awsAuthorizer(
      new LambdaClient(),
      variable('authorizerFunction'),
      variable('headerName'),
      stages,
    ),
    cache: awsResultCache(new APIGatewayClient(), stages),
    prefix: variable('prefix'),
    now: Date.now,
  },
  Number(variable('overlapSeconds')),
);
