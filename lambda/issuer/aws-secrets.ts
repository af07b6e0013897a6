import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Secrets, VersionExistsError } from './ports.ts';

/** Secrets Manager through the SDK. */
export function awsSecrets(client: SecretsManagerClient): Secrets {
  return {
    async describe(SecretId) {
      const { VersionIdsToStages = {}, Tags = [] } = await client.send(
        new DescribeSecretCommand({ SecretId }),
      );
      const labelled = (stage: string) =>
        Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes(stage))?.[0];
      return {
        currentVersion: labelled('AWSCURRENT'),
        pendingVersion: labelled('AWSPENDING'),
        tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      };
    },

    async read(SecretId, VersionId) {
      try {
        const { SecretString } = await client.send(
          new GetSecretValueCommand({ SecretId, VersionId }),
        );
        return SecretString;
      } catch (error) {
        // A rotation that Secrets Manager starts has a version before it has a value.
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },

    async write(SecretId, ClientRequestToken, SecretString, stage) {
      try {
        await client.send(
          new PutSecretValueCommand({
            SecretId,
            ClientRequestToken,
            SecretString,
            VersionStages: [stage],
          }),
        );
      } catch (error) {
        if (error instanceof ResourceExistsException)
          throw new VersionExistsError(ClientRequestToken);
        throw error;
      }
    },

    async makeCurrent(SecretId, MoveToVersionId, RemoveFromVersionId) {
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId,
          ...(RemoveFromVersionId && { RemoveFromVersionId }),
        }),
      );
    },

    async abandon(SecretId, RemoveFromVersionId) {
      await client.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSPENDING',
          RemoveFromVersionId,
        }),
      );
    },
  };
}
