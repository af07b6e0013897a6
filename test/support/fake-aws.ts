import { createAuthorizer } from '../../lambda/authorizer/authorizer.ts';
import { secretTags } from '../../lambda/contract/token-secret.ts';
import {
  type AuthorizerFunction,
  type FunctionEnvironment,
  type ResultCache,
  type Secrets,
  StaleRevisionError,
  VersionExistsError,
  type VersionStage,
} from '../../lambda/issuer/ports.ts';
import { authorizerEvent } from './authorizer-event.ts';
import { registry } from './registry.ts';

/** Thrown where a test cuts the work short. */
export class Cut extends Error {
  override readonly name = 'Cut';
}

interface Secret {
  readonly tags: Record<string, string>;
  readonly versions: Map<string, string | undefined>;
  readonly labels: Map<VersionStage, string>;
}

/**
 * As much of Secrets Manager, Lambda and API Gateway as the issuer uses, in memory, with the real
 * authorizer in it. Each call can be the one at which the power goes: before it does anything, or
 * after, with its answer lost.
 */
export class FakeAws {
  readonly secretsById = new Map<string, Secret>();
  environment: FunctionEnvironment;
  /** Milliseconds since 1970. */
  time = Date.UTC(2026, 10, 22);
  calls = 0;
  flushes = 0;
  /** The number of the call to cut, and whether it still takes effect. */
  cutAt: { readonly call: number; readonly hasEffect: boolean } | undefined;
  /** Runs before each call: where another actor may come in between. */
  beforeCall: (() => Promise<void>) | undefined;

  constructor(variables: Record<string, string> = {}) {
    this.environment = { variables, revisionId: 'r0' };
  }

  addSecret(id: string, clientName: string, variable: string): void {
    this.secretsById.set(id, {
      tags: { [secretTags.client]: clientName, [secretTags.variable]: variable },
      versions: new Map(),
      labels: new Map(),
    });
  }

  /** The value that carries the label now. */
  labelled(id: string, stage: VersionStage): string | undefined {
    const secret = this.#secret(id);
    return secret.versions.get(secret.labels.get(stage) ?? '');
  }

  /** Whose token it is to the authorizer that runs now. */
  async clientOf(token: string): Promise<string | null> {
    const answer = await this.#authorize(token);
    return (answer as { principalId?: string } | undefined)?.principalId ?? null;
  }

  readonly secrets: Secrets = {
    describe: (id) =>
      this.#call(() => {
        const { labels, tags } = this.#secret(id);
        return {
          currentVersion: labels.get('AWSCURRENT'),
          pendingVersion: labels.get('AWSPENDING'),
          tags,
        };
      }),
    read: (id, versionId) => this.#call(() => this.#secret(id).versions.get(versionId)),
    write: (id, versionId, value, stage) =>
      this.#call(() => {
        const { versions, labels } = this.#secret(id);
        const existing = versions.get(versionId);
        if (existing !== undefined && existing !== value) throw new VersionExistsError();
        versions.set(versionId, value);
        labels.set(stage, versionId);
      }),
    makeCurrent: (id, versionId, from) =>
      this.#call(() => {
        const { labels } = this.#secret(id);
        if (labels.get('AWSCURRENT') !== from || from === versionId) {
          throw new Error('the label is elsewhere');
        }
        labels.set('AWSCURRENT', versionId);
      }),
    abandon: (id, versionId) =>
      this.#call(() => {
        const { labels } = this.#secret(id);
        if (labels.get('AWSPENDING') !== versionId) throw new Error('the label is elsewhere');
        labels.delete('AWSPENDING');
      }),
  };

  readonly authorizer: AuthorizerFunction = {
    environment: () => this.#call(() => this.environment),
    updateEnvironment: ({ variables, revisionId }) =>
      this.#call(() => {
        if (revisionId !== this.environment.revisionId) throw new StaleRevisionError();
        this.environment = { variables, revisionId: `r${this.calls}` };
      }),
    authorize: async (token) => {
      await this.#call(() => undefined);
      return [await this.#authorize(token)];
    },
  };

  readonly cache: ResultCache = {
    flush: () =>
      this.#call(() => {
        this.flushes++;
      }),
  };

  readonly wait = async (): Promise<void> => undefined;
  readonly now = (): number => this.time;
  readonly prefix = 'atk';

  async #call<T>(effect: () => T): Promise<T> {
    await this.beforeCall?.();
    const call = ++this.calls;
    if (this.cutAt?.call !== call) return effect();
    if (this.cutAt.hasEffect) effect();
    throw new Cut();
  }

  async #authorize(token: string): Promise<unknown> {
    try {
      const authorize = createAuthorizer(
        registry,
        this.environment.variables,
        () => undefined,
        () => this.time,
      );
      return await authorize(authorizerEvent({ 'X-API-Token': [token] }));
    } catch {
      return undefined;
    }
  }

  #secret(id: string): Secret {
    const secret = this.secretsById.get(id);
    if (!secret) throw new Error(`no secret ${id}`);
    return secret;
  }
}

/** A stack of two clients, each with its first token and the authorizer up to date. */
export const SECRETS = { bravo: 'secret-of-bravo', plugin: 'secret-of-ae-plugin' } as const;
