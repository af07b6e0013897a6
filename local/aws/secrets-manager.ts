import { randomUUID } from 'node:crypto';
import { type JsonObject, listAt, stringAt } from '../json.ts';
import { SecretError } from '../secrets/secret-error.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { AwsError, type AwsService, jsonBody, jsonResponse } from './service.ts';

type Operation = (input: JsonObject, secrets: SecretStore) => JsonObject;

const seconds = (milliseconds: number) => milliseconds / 1000;

function secretId(input: JsonObject): string {
  const id = stringAt(input, 'SecretId');
  if (id !== undefined) return id;
  throw new AwsError(400, 'InvalidParameterException', 'SecretId is missing.');
}

const operations: Readonly<Record<string, Operation>> = {
  DescribeSecret(input, secrets) {
    const { arn, name, tags, versions } = secrets.describe(secretId(input));
    const times = versions.map(({ createdAt }) => seconds(createdAt));
    return {
      ARN: arn,
      Name: name,
      ...(times.length > 0 && { CreatedDate: times[0], LastChangedDate: times.at(-1) }),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      // A version without a label is deprecated and not listed.
      VersionIdsToStages: Object.fromEntries(
        versions.flatMap(({ id, stages }) => (stages.length > 0 ? [[id, stages]] : [])),
      ),
    };
  },

  GetSecretValue(input, secrets) {
    const { arn, name } = secrets.describe(secretId(input));
    const { id, value, stages, createdAt } = secrets.read(arn, {
      versionId: stringAt(input, 'VersionId'),
      stage: stringAt(input, 'VersionStage'),
    });
    return {
      ARN: arn,
      Name: name,
      VersionId: id,
      VersionStages: stages,
      SecretString: value,
      CreatedDate: seconds(createdAt),
    };
  },

  PutSecretValue(input, secrets) {
    const { arn, name } = secrets.describe(secretId(input));
    const stages = listAt(input, 'VersionStages').map(String);
    const version = secrets.write(arn, {
      id: stringAt(input, 'ClientRequestToken') ?? randomUUID(),
      value: stringAt(input, 'SecretString') ?? '',
      stages: stages.length > 0 ? stages : ['AWSCURRENT'],
    });
    return { ARN: arn, Name: name, VersionId: version.id, VersionStages: version.stages };
  },

  UpdateSecretVersionStage(input, secrets) {
    const { arn, name } = secrets.describe(secretId(input));
    secrets.moveLabel(arn, {
      stage: stringAt(input, 'VersionStage') ?? '',
      from: stringAt(input, 'RemoveFromVersionId'),
      to: stringAt(input, 'MoveToVersionId'),
    });
    return { ARN: arn, Name: name };
  },
};

const target = 'secretsmanager.';

/**
 * Secrets Manager over HTTP (AWS JSON 1.1): reading and writing secrets that exist.
 *
 * Source: AWS Secrets Manager API Reference.
 */
export function secretsManager(secrets: SecretStore): AwsService {
  return (request) => {
    const name = String(request.headers['x-amz-target'] ?? '');
    const operation = name.slice(target.length);
    if (!name.startsWith(target) || !Object.hasOwn(operations, operation)) return undefined;
    try {
      return jsonResponse(200, operations[operation]?.(jsonBody(request), secrets));
    } catch (error) {
      if (error instanceof SecretError) throw new AwsError(400, error.code, error.message);
      throw error;
    }
  };
}
