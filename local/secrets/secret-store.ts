import type { Secret, SecretVersion } from './secret.ts';
import { SecretError } from './secret-error.ts';
import {
  type LabelMove,
  type VersionChoice,
  versionOf,
  withMovedLabel,
  withVersion,
} from './versions.ts';

/** What Secrets Manager does with secrets that exist; each takes a name, an ARN, or a part of one. */
export interface SecretStore {
  find(id: string): Secret | undefined;
  /** @throws SecretError when there is no such secret */
  describe(id: string): Secret;
  /** @throws SecretError when there is no such secret or version */
  read(id: string, choice?: VersionChoice): SecretVersion;
  /**
   * Adds a version with its labels; a repeat with the same value changes nothing.
   *
   * @throws SecretError when there is no such secret, or a version with this id and another value
   */
  write(id: string, version: Pick<SecretVersion, 'id' | 'value' | 'stages'>): SecretVersion;
  /**
   * Moves a label from one version to another, or removes it.
   *
   * @throws SecretError when there is no such secret or version, or `from` does not hold the label
   */
  moveLabel(id: string, move: LabelMove): void;
  /** Adds secrets; of those that are there, the versions stay. */
  add(secrets: readonly Secret[]): void;
  /** Removes all secrets but these. */
  retain(secrets: readonly Secret[]): void;
  /** The versions of all secrets since the start by name, those of removed ones included. */
  versions(): ReadonlyMap<string, readonly SecretVersion[]>;
}

function noSuchSecret(): SecretError {
  const message = "Secrets Manager can't find the specified secret.";
  return new SecretError('ResourceNotFoundException', message);
}

/** The secret with a name or an ARN; an ARN may come without the six random characters at its end. */
function secretWith(secrets: Iterable<Secret>, id: string): Secret | undefined {
  return [...secrets].find(({ name, arn }) => id === name || id === arn || id === arn.slice(0, -7));
}

/**
 * Secrets Manager, as far as the issuer of tokens needs it.
 *
 * Source: AWS Secrets Manager API Reference, `GetSecretValue`, `PutSecretValue`,
 * `UpdateSecretVersionStage`.
 *
 * @param onChange is called with all secrets after each call that may have changed them
 */
export function secretStore(
  initial: readonly Secret[],
  now: () => number,
  onChange: (secrets: readonly Secret[]) => void,
): SecretStore {
  const secrets = new Map(initial.map((secret) => [secret.arn, secret]));

  const removed = new Map<string, readonly SecretVersion[]>();

  const find = (id: string) => secretWith(secrets.values(), id);

  function describe(id: string): Secret {
    const found = find(id);
    if (found === undefined) throw noSuchSecret();
    return found;
  }

  function change(secret: Secret, versions: readonly SecretVersion[]): Secret {
    if (versions === secret.versions) return secret;
    const changed = { ...secret, versions };
    secrets.set(secret.arn, changed);
    onChange([...secrets.values()]);
    return changed;
  }

  return {
    find,
    describe,
    read: (id, choice = {}) => versionOf(describe(id), choice),
    write(id, version) {
      const secret = describe(id);
      const changed = change(secret, withVersion(secret, { ...version, createdAt: now() }));
      return versionOf(changed, { versionId: version.id });
    },
    moveLabel(id, move) {
      const secret = describe(id);
      change(secret, withMovedLabel(secret, move));
    },
    add(added) {
      for (const secret of added) {
        const { versions } = secrets.get(secret.arn) ?? secret;
        secrets.set(secret.arn, { ...secret, versions });
      }
      onChange([...secrets.values()]);
    },
    retain(retained) {
      const arns = new Set(retained.map(({ arn }) => arn));
      for (const { arn, name, versions } of secrets.values()) {
        if (arns.has(arn)) continue;
        removed.set(name, versions);
        secrets.delete(arn);
      }
      onChange([...secrets.values()]);
    },
    versions: () =>
      new Map([
        ...removed,
        ...[...secrets.values()].map((one) => [one.name, one.versions] as const),
      ]),
  };
}
