import { parseTokenList } from '../../lambda/contract/token/token-list.ts';
import { parseTokenSecret } from '../../lambda/contract/token/token-secret.ts';
import { GivenUpError } from '../../lambda/issuer/give-up.ts';
import { type FakeAws, SECRETS } from './fake-aws.ts';

/** The secret of the only client. */
export const SECRET = SECRETS.bravo;
/** The authorizer's variable for it. */
export const VARIABLE = 'API_TOKEN_BRAVO';

/**
 * Secrets Manager, Lambda and API Gateway with its cache, at their worst: every accepted token is in
 * constant use, so that API Gateway caches its result; and a call of the authorizer that began before
 * a change of its environment may end, and its result be cached, up to a second later.
 */
export class WorstCase {
  readonly aws: FakeAws;
  #cached: Set<string>;
  readonly #underWay = new Set<string>();

  constructor(aws: FakeAws, isBehind = false) {
    this.aws = aws;
    if (isBehind) {
      const [inUse = ''] = (aws.environment.variables[VARIABLE] ?? '').split(' ');
      aws.environment = { ...aws.environment, variables: { [VARIABLE]: inUse } };
    }
    this.#cached = this.known();
  }

  /** The digests that the authorizer accepts. */
  known(): Set<string> {
    const entries = parseTokenList(this.aws.environment.variables[VARIABLE] ?? '');
    return new Set(
      entries.flatMap((entry) =>
        entry?.digest !== undefined && this.aws.time < (entry.expiresAt ?? Number.POSITIVE_INFINITY)
          ? [entry.digest]
          : [],
      ),
    );
  }

  isAccepted(digest: string): boolean {
    return this.#cached.has(digest) || this.known().has(digest);
  }

  update(environment: FakeAws['environment']): Promise<void> {
    for (const digest of this.known()) {
      this.#underWay.add(digest);
      this.#cached.add(digest);
    }
    return this.aws.authorizer.updateEnvironment(environment);
  }

  flush(): void {
    this.#cached = new Set([...this.known(), ...this.#underWay]);
  }

  wait(milliseconds: number): void {
    if (milliseconds < 1_000) return;
    for (const digest of this.#underWay) this.#cached.add(digest);
    this.#underWay.clear();
  }

  /** Labels a version that has no value yet, unless another rotation is under way. */
  label(versionId: string): void {
    const labels = this.aws.secretsById.get(SECRET)?.labels;
    const pending = labels?.get('AWSPENDING');
    if (pending !== undefined && pending !== labels?.get('AWSCURRENT')) {
      throw new GivenUpError('a previous rotation is not complete');
    }
    this.aws.label(SECRET, versionId);
  }

  /** The digests of the current value, the current token's first. */
  current(): readonly string[] {
    return this.digests(this.aws.labelled(SECRET, 'AWSCURRENT'));
  }

  digests(value: string | undefined): readonly string[] {
    return parseTokenSecret(value ?? '')?.verifiers.map(({ digest }) => digest) ?? [];
  }
}
