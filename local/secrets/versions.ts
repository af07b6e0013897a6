import { labelled, type Secret, type SecretVersion, withLabel } from './secret.ts';
import { SecretError } from './secret-error.ts';

/** Which version of a secret is meant; `AWSCURRENT` when neither is given. */
export interface VersionChoice {
  readonly versionId?: string | undefined;
  readonly stage?: string | undefined;
}

/** The versions that a label moves between; without `to` it is removed. */
export interface LabelMove {
  readonly stage: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** @throws SecretError when the secret has no such version */
export function versionOf(
  { versions }: Secret,
  { versionId, stage }: VersionChoice,
): SecretVersion {
  const wanted = stage ?? (versionId === undefined ? 'AWSCURRENT' : undefined);
  const found = versions.find(
    ({ id, stages }) =>
      (versionId === undefined || id === versionId) &&
      (wanted === undefined || stages.includes(wanted)),
  );
  if (found !== undefined) return found;
  throw new SecretError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${versionId ? `VersionId: ${versionId}` : `staging label: ${wanted}`}`,
  );
}

/**
 * A secret's versions and a new one, with its labels. The first version of a secret is the current
 * one, whatever its labels.
 *
 * @throws SecretError when there is a version with this id and another value
 */
export function withVersion(
  { versions }: Secret,
  { id, value, stages, createdAt }: SecretVersion,
): readonly SecretVersion[] {
  const existing = versions.find((version) => version.id === id);
  if (existing?.value === value) return versions;
  if (existing !== undefined) {
    throw new SecretError(
      'ResourceExistsException',
      `The secret already has a version ${id} with another value.`,
    );
  }
  const labels = new Set([...stages, ...(versions.length === 0 ? ['AWSCURRENT'] : [])]);
  return [...labels].reduce(
    (all: readonly SecretVersion[], stage) => withLabel(all, stage, id),
    [...versions, { id, value, stages: [], createdAt }],
  );
}

/**
 * A secret's versions after a label has moved.
 *
 * @throws SecretError when there is no such version, or `from` does not hold the label
 */
export function withMovedLabel(
  { versions }: Secret,
  { stage, from, to }: LabelMove,
): readonly SecretVersion[] {
  const holder = labelled(versions, stage)?.id;
  if (to !== undefined && !versions.some(({ id }) => id === to)) {
    throw new SecretError('ResourceNotFoundException', `The secret has no version ${to}.`);
  }
  if (holder === to && from === undefined) return versions;
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
  return withLabel(versions, stage, to);
}
