/** One value of a secret, with the labels that it carries. */
export interface SecretVersion {
  readonly id: string;
  readonly value: string;
  /** `AWSCURRENT`, `AWSPENDING`, `AWSPREVIOUS`, or any other. */
  readonly stages: readonly string[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A secret with its versions, oldest first; without a first value it has none. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  /** The JSON key whose value Secrets Manager generated; undefined when it generated all of it. */
  readonly generatedKey: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly versions: readonly SecretVersion[];
}

/** The version that carries a label. */
export function labelled(
  versions: readonly SecretVersion[],
  stage: string,
): SecretVersion | undefined {
  return versions.find(({ stages }) => stages.includes(stage));
}

/**
 * Moves a label to a version, or removes it; the version that loses `AWSCURRENT` gets `AWSPREVIOUS`.
 *
 * @param to the id of the version that gets the label; undefined when none does
 */
export function withLabel(
  versions: readonly SecretVersion[],
  stage: string,
  to: string | undefined,
): readonly SecretVersion[] {
  const from = labelled(versions, stage);
  if (from?.id === to) return versions;
  const moved = versions.map(({ stages, ...version }) => ({
    ...version,
    stages: [...stages.filter((one) => one !== stage), ...(version.id === to ? [stage] : [])],
  }));
  return stage === 'AWSCURRENT' && from !== undefined
    ? withLabel(moved, 'AWSPREVIOUS', from.id)
    : moved;
}
