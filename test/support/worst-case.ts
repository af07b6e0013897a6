import { parseTokenList } from '../../lambda/contract/token/token-list.ts';
import { parseTokenSecret } from '../../lambda/contract/token/token-secret.ts';
import { GivenUpError } from '../../lambda/issuer/give-up.ts';
import { type FakeAws, SECRETS } from './fake-aws.ts';

/** The secret of the one client that there is. */
export const SECRET = SECRETS.bravo;
/** The authorizer's variable for it. */
export const VARIABLE = 'API_TOKEN_BRAVO';

/**
 * Secrets Manager, Lambda and API Gateway with its cache, in which the worst happens that may happen:
 * every token that is accepted is being used all the time, so that its result is kept; and a call of
 * the authorizer that began before its environment changed ends, and has its result kept, at any
 * moment until a second has passed.
 */
export class WorstCase {
  readonly aws: FakeAws;
  #kept: Set<string>;
  readonly #underWay = new Set<string>();

  constructor(aws: FakeAws, isBehind = false) {
    this.aws = aws;
    if (isBehind) {
      const [inUse = ''] = (aws.environment.variables[VARIABLE] ?? '').split(' ');
      aws.environment = { ...aws.environment, variables: { [VARIABLE]: inUse } };
    }
    this.#kept = this.known();
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
    return this.#kept.has(digest) || this.known().has(digest);
  }

  update(environment: FakeAws['environment']): Promise<void> {
    for (const digest of this.known()) {
      this.#underWay.add(digest);
      this.#kept.add(digest);
    }
    return this.aws.authorizer.updateEnvironment(environment);
  }

  flush(): void {
    this.#kept = new Set([...this.known(), ...this.#underWay]);
  }

  wait(milliseconds: number): void {
    if (milliseconds < 1_000) return;
    for (const digest of this.#underWay) this.#kept.add(digest);
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
