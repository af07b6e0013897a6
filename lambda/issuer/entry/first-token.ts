import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { awsSecrets } from '../aws-secrets.ts';
import { answerCustomResource } from '../custom-resource.ts';
import { ensureFirstToken } from '../ensure-first-token.ts';
import { issuerVariable } from './issuer-variable.ts';

const secrets = awsSecrets(new SecretsManagerClient());
const prefix = issuerVariable('prefix');

export const handler = (event: CloudFormationCustomResourceEvent): Promise<void> =>
  answerCustomResource(event, ({ SecretId, ClientName }) =>
    ensureFirstToken(
      secrets,
      {
        secretId: String(SecretId),
        clientName: String(ClientName),
        versionId: event.RequestId,
        prefix,
        isNew: event.RequestType === 'Create',
      },
      Date.now,
    ),
  );
