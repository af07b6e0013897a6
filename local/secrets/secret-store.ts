import { labelled, type Secret, type SecretVersion, withLabel } from './secret.ts';

/** An error of Secrets Manager, by its name on AWS. */
export class SecretError extends Error {
  readonly code:
    | 'InvalidParameterException'
    | 'ResourceExistsException'
    | 'ResourceNotFoundException';

  constructor(code: SecretError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Which version of a secret is meant; `AWSCURRENT` when neither is given. */
export interface VersionChoice {
  readonly versionId?: string | undefined;
  readonly stage?: string | undefined;
}

/** What Secrets Manager does with secrets that exist; each takes a name, an ARN, or a part of one. */
export interface SecretStore {
  find(id: string): Secret | undefined;
  /** @throws SecretError when there is no such secret */
  describe(id: string): Secret;
  /** @throws SecretError when there is no such secret or version */
  read(id: string, choice?: VersionChoice): SecretVersion;
  /**
   * Adds a version with its labels; to repeat it with the same value changes nothing.
   *
   * @throws SecretError when there is no such secret, or a version with this id and another value
   */
  write(id: string, version: Pick<SecretVersion, 'id' | 'value' | 'stages'>): SecretVersion;
  /**
   * Moves a label from one version to another, or takes it away.
   *
   * @throws SecretError when there is no such secret or version, or the label is not where it is
   *   said to be
   */
  moveLabel(
    id: string,
    move: {
      readonly stage: string;
      readonly from?: string | undefined;
      readonly to?: string | undefined;
    },
  ): void;
}

/**
 * Secrets Manager as far as the issuer of tokens needs it.
 *
 * Source: AWS Secrets Manager API Reference, `GetSecretValue`, `PutSecretValue`,
 * `UpdateSecretVersionStage`.
 *
 * @param onChange is called with all secrets after each change
 */
export function secretStore(
  initial: readonly Secret[],
  now: () => number,
  onChange: (secrets: readonly Secret[]) => void,
): SecretStore {
  const secrets = new Map(initial.map((secret) => [secret.arn, secret]));

  function find(id: string): Secret | undefined {
    // An ARN may come without the six random characters at its end.
    return [...secrets.values()].find(
      ({ name, arn }) => id === name || id === arn || id === arn.slice(0, -7),
    );
  }

  function describe(id: string): Secret {
    const found = find(id);
    if (found !== undefined) return found;
    throw new SecretError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    );
  }

  function change(secret: Secret, versions: readonly SecretVersion[]): void {
    secrets.set(secret.arn, { ...secret, versions });
    onChange([...secrets.values()]);
  }

  return {
    find,
    describe,

    read(id, { versionId, stage } = {}) {
      const { versions } = describe(id);
      const wanted = stage ?? (versionId === undefined ? 'AWSCURRENT' : undefined);
      const found = versions.find(
        (version) =>
          (versionId === undefined || version.id === versionId) &&
          (wanted === undefined || version.stages.includes(wanted)),
      );
      if (found !== undefined) return found;
      throw new SecretError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${versionId ? `VersionId: ${versionId}` : `staging label: ${wanted}`}`,
      );
    },

    write(id, { id: versionId, value, stages }) {
      const secret = describe(id);
      const existing = secret.versions.find((version) => version.id === versionId);
      if (existing?.value === value) return existing;
      if (existing !== undefined) {
        throw new SecretError(
          'ResourceExistsException',
          `The secret already has a version ${versionId} with another value.`,
        );
      }
      const version = { id: versionId, value, stages: [], createdAt: now() };
      const labels = new Set([...stages, ...(secret.versions.length === 0 ? ['AWSCURRENT'] : [])]);
      const versions = [...labels].reduce(
        (all: readonly SecretVersion[], stage) => withLabel(all, stage, versionId),
        [...secret.versions, version],
      );
      change(secret, versions);
      return versions.at(-1) as SecretVersion;
    },

    moveLabel(id, { stage, from, to }) {
      const secret = describe(id);
      const holder = labelled(secret.versions, stage)?.id;
      if (to !== undefined && !secret.versions.some((version) => version.id === to)) {
        throw new SecretError('ResourceNotFoundException', `The secret has no version ${to}.`);
      }
      if (holder === to && from === undefined) return;
      if (holder !== from) {
        throw new SecretError(
          'InvalidParameterException',
          `The staging label ${stage} is attached to version ${holder}: name it in RemoveFromVersionId.`,
        );
      }
      if (stage === 'AWSCURRENT' && to === undefined) {
        throw new SecretError(
          'InvalidParameterException',
          'The staging label AWSCURRENT can only be moved to a different version.',
        );
      }
      change(secret, withLabel(secret.versions, stage, to));
    },
  };
}
