import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createAuthorizer } from '../../lambda/authorizer/authorizer.ts';
import { logLine } from '../../lambda/log.ts';
import registry from './registry.json' with { type: 'json' };

// In the init phase, as Lambda's guide recommends for data that every call needs.
const { SecretString = '{}' } = await new SecretsManagerClient().send(
  new GetSecretValueCommand({ SecretId: process.env.SECRET_ID }),
);

/** Our authorizer with its verifiers from one secret of Secrets Manager, read at init. */
export const handler = createAuthorizer(
  registry,
  JSON.parse(SecretString) as Record<string, string>,
  logLine,
  Date.now,
);
