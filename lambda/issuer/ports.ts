/** Which versions of a secret carry the labels that count, as DescribeSecret tells them. */
export interface SecretDescription {
  readonly currentVersion: string | undefined;
  readonly pendingVersion: string | undefined;
}

/** The labels of a secret's versions that we move. */
export type VersionStage = 'AWSCURRENT' | 'AWSPENDING';

/** What the issuer needs of Secrets Manager. */
export interface Secrets {
  describe(secretId: string): Promise<SecretDescription>;
  /** The value of a version; `undefined` if the version does not exist or has no value. */
  read(secretId: string, versionId: string): Promise<string | undefined>;
  /**
   * Writes a new version with its label. A version is written once: to repeat it does nothing, and
   * moves no label.
   *
   * @throws VersionExistsError if there is one with this id and another value
   */
  write(secretId: string, versionId: string, value: string, stage: VersionStage): Promise<void>;
  /**
   * Takes the label `AWSCURRENT` from one version to another.
   *
   * @throws LabelMovedError if it is no longer there
   */
  makeCurrent(secretId: string, versionId: string, from: string | undefined): Promise<void>;
  /**
   * Takes the label `AWSPENDING` away from a version.
   *
   * @throws LabelMovedError if it is not there
   */
  abandon(secretId: string, versionId: string): Promise<void>;
}

/** A function's environment, and the revision at which it was read. */
export interface FunctionEnvironment {
  readonly variables: Readonly<Record<string, string>>;
  readonly revisionId: string;
}

/** What the issuer needs of the authorizer function. */
export interface AuthorizerFunction {
  /** @throws Error if it cannot be read: that is not an empty one */
  environment(): Promise<FunctionEnvironment>;
  /**
   * Replaces the environment, and returns when the function runs with it.
   *
   * @throws StaleRevisionError if the function has changed since the revision, or is changing
   */
  updateEnvironment(environment: FunctionEnvironment): Promise<void>;
  /**
   * The function's answers to a token, one for each stage of each API; `undefined` for an error.
   *
   * @param source the address that the requests come from; left out: any
   */
  authorize(token: string, source?: string): Promise<readonly unknown[]>;
}

/** The authorizer results that API Gateway keeps. */
export interface ResultCache {
  /** Forgets all of every stage. */
  flush(): Promise<void>;
}

/** A secret has a version with this id already. */
export class VersionExistsError extends Error {
  override readonly name = 'VersionExistsError';
}

/** A label is no longer on the version where it was seen. */
export class LabelMovedError extends Error {
  override readonly name = 'LabelMovedError';
}

/** The function is no longer what it was when its environment was read. */
export class StaleRevisionError extends Error {
  override readonly name = 'StaleRevisionError';
}
