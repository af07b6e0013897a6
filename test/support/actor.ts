import { digestOf } from '../../lambda/contract/token/token-digest.ts';
import type { RotationPorts } from '../../lambda/issuer/rotation.ts';
import type { PowerCut } from './schedule-explorer.ts';
import { SECRET, type WorstCase } from './worst-case.ts';

/** An operation on a client, and which tokens it ends. */
export interface Operation {
  /** Which of the tokens at its start are refused once it is done. */
  readonly ends: 'all' | 'older' | 'nothing';
  readonly run: (
    ports: RotationPorts,
    versionId: string,
    /** Labels the version, as Secrets Manager does before its first call. */
    label: () => Promise<void>,
  ) => Promise<void>;
  /** Whether it issues a token. */
  readonly issues: boolean;
  /** Whether it also ends tokens that others issue meanwhile. */
  readonly isRuthless?: boolean;
}

/** Runs an operation call by call. */
export class Actor {
  readonly versionId: string;
  readonly #world: WorstCase;
  readonly #operation: Operation;
  readonly #waiting: (() => void)[] = [];
  #arrived = Promise.withResolvers<void>();
  #calls = 0;
  readonly #powerCut: PowerCut | undefined;
  end: 'done' | 'failed' | 'interrupted' | undefined;
  error: unknown;
  /** The digests of the current value when the operation first looked. */
  seen: readonly string[] | undefined;

  constructor(
    world: WorstCase,
    operation: Operation,
    versionId: string,
    powerCut: PowerCut | undefined,
  ) {
    this.#world = world;
    this.#operation = operation;
    this.versionId = versionId;
    this.#powerCut = powerCut;
    const label = () => this.#call(() => world.label(versionId));
    operation.run(this.#ports(), versionId, label).then(
      () => this.#finish('done'),
      (error: unknown) => {
        this.error = error;
        this.#finish('failed');
      },
    );
  }

  /** Makes the next call; returns false if there is none. */
  async step(): Promise<boolean> {
    await this.#arrived.promise;
    if (this.end !== undefined) return false;
    this.#arrived = Promise.withResolvers();
    this.#waiting.shift()?.();
    await this.#arrived.promise;
    return true;
  }

  /** The tokens that are refused once the operation is done; it may end them from its start on. */
  get ended(): readonly string[] {
    const [, ...older] = this.seen ?? [];
    if (this.#operation.ends === 'nothing') return [];
    return this.#operation.ends === 'all' ? (this.seen ?? []) : older;
  }

  /** Whether the operation may end tokens that others issue meanwhile. */
  get isRuthless(): boolean {
    return this.seen !== undefined && this.#operation.isRuthless === true;
  }

  /** The token that the operation has issued. */
  get issued(): string | undefined {
    const value = this.#world.aws.secretsById.get(SECRET)?.versions.get(this.versionId);
    return this.#operation.issues ? this.#world.digests(value)[0] : undefined;
  }

  #finish(end: 'done' | 'failed' | 'interrupted'): void {
    this.end = end;
    this.#arrived.resolve();
  }

  /** A call of a port: it waits for its turn. An interruption makes it the last one. */
  async #call<T>(effect: () => T | Promise<T>): Promise<T> {
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn.resolve);
    this.#arrived.resolve();
    await turn.promise;
    const isInterrupted = ++this.#calls === this.#powerCut?.call;
    if (!isInterrupted) return await effect();
    try {
      if (this.#powerCut?.hasEffect) await effect();
    } finally {
      this.#finish('interrupted');
    }
    return new Promise(() => undefined);
  }

  #ports(): RotationPorts {
    const world = this.#world;
    const { secrets, clients, authorizer, now, prefix } = world.aws;
    return {
      clients,
      now,
      prefix,
      secrets: {
        describe: (id) =>
          this.#call(() => {
            this.seen ??= world.current();
            return secrets.describe(id);
          }),
        // A version with a value never changes, so the moment of reading it does not matter.
        read: (id, versionId) =>
          world.aws.secretsById.get(id)?.versions.get(versionId) === undefined
            ? this.#call(() => secrets.read(id, versionId))
            : secrets.read(id, versionId),
        write: (...args) => this.#call(() => secrets.write(...args)),
        makeCurrent: (...args) => this.#call(() => secrets.makeCurrent(...args)),
        abandon: (...args) => this.#call(() => secrets.abandon(...args)),
      },
      authorizer: {
        environment: () => this.#call(() => authorizer.environment()),
        updateEnvironment: (environment) => this.#call(() => world.update(environment)),
        authorize: async (token) => [
          world.known().has(digestOf(token)) && {
            principalId: 'bravo',
            policyDocument: { Statement: [{ Effect: 'Allow' }] },
          },
        ],
      },
      cache: { flush: () => this.#call(() => world.flush()) },
      wait: (milliseconds) => this.#call(() => world.wait(milliseconds)),
    };
  }
}
