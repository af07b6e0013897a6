import { createAuthorizer } from '../../lambda/authorizer/authorizer.ts';
import type { IssuerClient } from '../../lambda/contract/wiring/issuer.ts';
import { ensureFirstToken } from '../../lambda/issuer/ensure-first-token.ts';
import {
  type AuthorizerFunction,
  type FunctionEnvironment,
  LabelMovedError,
  type ResultCache,
  type Secrets,
  StaleRevisionError,
  VersionExistsError,
  type VersionStage,
} from '../../lambda/issuer/ports.ts';
import { authorizerEvent } from './authorizer-event.ts';
import { registry } from './registry.ts';

/** Thrown where a test interrupts the work. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

interface Secret {
  readonly versions: Map<string, string | undefined>;
  readonly labels: Map<VersionStage, string>;
}

/**
 * The parts of Secrets Manager, Lambda and API Gateway that the issuer uses, in memory, with the real
 * authorizer. A test can interrupt any call, before its effect or after it, with its answer lost.
 */
export class FakeAws {
  readonly secretsById = new Map<string, Secret>();
  /** The registry of the deployed stack. */
  readonly clients: IssuerClient[] = [];
  environment: FunctionEnvironment;
  /** Milliseconds since 1970. */
  time = Date.UTC(2026, 10, 22);
  calls = 0;
  flushes = 0;
  /** The calls that update the authorizer, in order. */
  readonly steps: ('update' | 'flush' | 'wait')[] = [];
  /** The number of the call to interrupt, and whether it still takes effect. */
  interruptAt: { readonly call: number; readonly hasEffect: boolean } | undefined;
  /** Runs before each call; lets another actor act in between. */
  beforeCall: (() => Promise<void>) | undefined;

  constructor(variables: Record<string, string> = {}) {
    this.environment = { variables, revisionId: 'r0' };
  }

  addSecret(secretId: string, name: string, variable: string): void {
    this.clients.push({ name, variable, secretId });
    this.secretsById.set(secretId, { versions: new Map(), labels: new Map() });
  }

  /** Gives a secret its first value, as the deployment does. */
  async issueFirst(
    secretId: string,
    { versionId = `first-of-${secretId}`, isNew = true, secrets = this.secrets } = {},
  ): Promise<void> {
    const clientName = this.clients.find((client) => client.secretId === secretId)?.name ?? '';
    const first = { secretId, clientName, versionId, prefix: this.prefix, isNew };
    await ensureFirstToken(secrets, first, this.now);
  }

  /** Writes a value by hand, as the console of Secrets Manager does. */
  async overwrite(secretId: string, value: string): Promise<void> {
    const { versions, labels } = this.#secret(secretId);
    labels.set('AWSCURRENT', `by-hand-${versions.size}`);
    versions.set(`by-hand-${versions.size}`, value);
  }

  /** Labels a version that has no value yet, or one, as Secrets Manager does before it calls. */
  label(secretId: string, versionId: string, value?: string): void {
    const { versions, labels } = this.#secret(secretId);
    versions.set(versionId, value);
    labels.set('AWSPENDING', versionId);
  }

  /** The value that carries the label now. */
  labelled(id: string, stage: VersionStage): string | undefined {
    const secret = this.#secret(id);
    return secret.versions.get(secret.labels.get(stage) ?? '');
  }

  /** The client that the running authorizer takes the token for. */
  async clientOf(token: string): Promise<string | null> {
    const answer = await this.#authorize(token);
    return (answer as { principalId?: string } | undefined)?.principalId ?? null;
  }

  readonly secrets: Secrets = {
    describe: (id) =>
      this.#call(() => {
        const { labels } = this.#secret(id);
        return {
          currentVersion: labels.get('AWSCURRENT'),
          pendingVersion: labels.get('AWSPENDING'),
        };
      }),
    // Without an id, it is the current version that is read.
    read: (id, versionId: string | undefined) =>
      this.#call(() => {
        const { versions, labels } = this.#secret(id);
        return versions.get(versionId ?? labels.get('AWSCURRENT') ?? '');
      }),
    write: (id, versionId, value, stage) =>
      this.#call(() => {
        const { versions, labels } = this.#secret(id);
        const existing = versions.get(versionId);
        // A repeat is ignored: it moves no label.
        if (existing === value) return;
        if (existing !== undefined) throw new VersionExistsError();
        if (!labels.has('AWSCURRENT')) labels.set('AWSCURRENT', versionId);
        versions.set(versionId, value);
        labels.set(stage, versionId);
      }),
    makeCurrent: (id, versionId, from) =>
      this.#call(() => {
        const { labels, versions } = this.#secret(id);
        if (labels.get('AWSCURRENT') !== from || from === versionId || !versions.has(versionId)) {
          throw new LabelMovedError();
        }
        labels.set('AWSCURRENT', versionId);
      }),
    abandon: (id, versionId) =>
      this.#call(() => {
        const { labels } = this.#secret(id);
        if (labels.get('AWSPENDING') !== versionId) throw new LabelMovedError();
        labels.delete('AWSPENDING');
      }),
  };

  readonly authorizer: AuthorizerFunction = {
    environment: () => this.#call(() => this.environment),
    updateEnvironment: ({ variables, revisionId }) =>
      this.#call(() => {
        if (revisionId !== this.environment.revisionId) throw new StaleRevisionError();
        this.steps.push('update');
        this.environment = { variables, revisionId: crypto.randomUUID() };
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
        this.steps.push('flush');
      }),
  };

  readonly wait = async (): Promise<void> => {
    this.steps.push('wait');
  };
  readonly now = (): number => this.time;
  readonly prefix = 'atk';

  async #call<T>(effect: () => T): Promise<T> {
    await this.beforeCall?.();
    const call = ++this.calls;
    if (this.interruptAt?.call !== call) return effect();
    if (this.interruptAt.hasEffect) effect();
    throw new Interrupted();
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
