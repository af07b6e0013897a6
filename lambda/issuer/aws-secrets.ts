import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
  type UpdateSecretVersionStageCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { LabelMovedError, type Secrets, VersionExistsError } from './ports.ts';

/** Secrets Manager through the SDK. */
export function awsSecrets(client: SecretsManagerClient): Secrets {
  async function move(input: UpdateSecretVersionStageCommandInput): Promise<void> {
    try {
      await client.send(new UpdateSecretVersionStageCommand(input));
    } catch (error) {
      // The label is on another version than RemoveFromVersionId says, or on none.
      if (
        error instanceof InvalidParameterException ||
        error instanceof ResourceNotFoundException
      ) {
        throw new LabelMovedError(`${input.VersionStage} was moved meanwhile`);
      }
      throw error;
    }
  }

  return {
    async describe(SecretId) {
      const { VersionIdsToStages = {} } = await client.send(
        new DescribeSecretCommand({ SecretId }),
      );
      const labelled = (stage: string) =>
        Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes(stage))?.[0];
      return {
        currentVersion: labelled('AWSCURRENT'),
        pendingVersion: labelled('AWSPENDING'),
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

    makeCurrent: (SecretId, MoveToVersionId, RemoveFromVersionId) =>
      move({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId,
        ...(RemoveFromVersionId && { RemoveFromVersionId }),
      }),

    abandon: (SecretId, RemoveFromVersionId) =>
      move({ SecretId, VersionStage: 'AWSPENDING', RemoveFromVersionId }),
  };
}
