import type { ClientState } from '../../../lambda/contract/table/token-item.ts';
import { digestOf, tokenIdOf } from '../../../lambda/contract/token/token-digest.ts';
import {
  type ClientAnswers,
  type ClientOperation,
  type ClientView,
  type ImportedClient,
  MAX_PAGE,
  type NewClient,
  parseClientOperation,
  type RefusedOperation,
} from '../../../lambda/contract/wiring/client-operation.ts';

const DAY_MS = 86_400_000;

interface Stored {
  readonly permissions: readonly string[];
  readonly plan: string | undefined;
  readonly allowedSources: readonly string[];
  readonly state: ClientState;
  readonly readyAt: number | undefined;
  readonly version: number;
  readonly tokens: readonly {
    readonly digest: string;
    readonly issuedAt: number;
    readonly expiresAt?: number;
  }[];
}

class Refused extends Error {
  override readonly name = 'OperationRefused';
}

/** The client function in memory, as the contract describes it; without keys and flushes. */
export class FakeClientFunction {
  readonly clients = new Map<string, Stored>();
  readonly codeClients: string[] = [];
  /** How long a new client is pending, in milliseconds. */
  keyDelay = 0;
  /** Whether API Gateway has the keys. */
  hasKeys = true;
  /** A plan that the app has no more. */
  removedPlan: string | undefined;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The client that a token opens something for; null if it opens nothing. */
  clientOf(token: string): string | null {
    const found = this.#find(digestOf(token));
    if (found === undefined) return null;
    const [name, client] = found;
    return this.#view(name, client).state === 'active' ? name : null;
  }

  /** Does an operation, or refuses it. */
  async invoke(event: unknown): Promise<ClientAnswers[keyof ClientAnswers] | RefusedOperation> {
    try {
      return this.#answer(parseClientOperation(event));
    } catch (error) {
      if (error instanceof Refused) return { refused: error.message };
      throw error;
    }
  }

  #answer(operation: ClientOperation): ClientAnswers[keyof ClientAnswers] {
    switch (operation.operation) {
      case 'create':
        return this.#create(operation);
      case 'import':
        return operation.clients.map((client) => this.#import(client));
      case 'list':
        return this.#list(operation);
      case 'find': {
        const found = this.#find(operation.digest);
        if (found === undefined) return null;
        return { client: this.#view(found[0], found[1]), tokenId: tokenIdOf(operation.digest) };
      }
      case 'sync':
        return { keysMade: 0, keysMoved: 0, keysRemoved: 0 };
      case 'get':
        return this.#get(operation.client);
      case 'delete':
        this.clients.delete(operation.client);
        return null;
      default:
        return this.#change(operation);
    }
  }

  #create({ client, permissions, plan, allowedSources = [], digest }: NewClient): ClientView {
    const before = this.clients.get(client);
    if (before?.tokens[0]?.digest === digest) return this.#view(client, before);
    if (before) throw new Refused(`there is a client ${client} already: choose another name`);
    if (this.#find(digest)) throw new Refused('another client has this token');
    const now = this.#now();
    const readyAt = this.keyDelay === 0 ? undefined : now + this.keyDelay;
    const tokens = [{ digest, issuedAt: now }];
    const state = 'active' as const;
    const stored = { permissions, plan, allowedSources, state, readyAt, version: 1, tokens };
    this.clients.set(client, stored);
    return this.#view(client, stored);
  }

  #import(wanted: NewClient): ImportedClient {
    const { client, permissions, plan, allowedSources = [], digest } = wanted;
    const before = this.clients.get(client);
    const isSame =
      before?.permissions.join() === permissions.join() &&
      before.plan === plan &&
      before.allowedSources.join() === allowedSources.join() &&
      before.tokens[0]?.digest === digest;
    if (isSame) return { client, outcome: 'unchanged' };
    try {
      const { readyAt } = this.#create(before === undefined ? wanted : { ...wanted, digest: '' });
      return { client, outcome: 'created', ...(readyAt !== undefined && { readyAt }) };
    } catch (error) {
      return { client, outcome: 'failed', reason: (error as Error).message };
    }
  }

  #list({ after = '', limit = MAX_PAGE }: { after?: string; limit?: number }) {
    const names = [...this.clients.keys()].sort().filter((name) => name > after);
    const page = names.slice(0, limit);
    const clients = page.flatMap((name) => this.#get(name) ?? []);
    const next = page.at(-1);
    return { clients, ...(names.length > page.length && next !== undefined && { next }) };
  }

  #get(name: string) {
    const client = this.clients.get(name);
    if (client === undefined) return null;
    const view = this.#view(name, client);
    if (client.plan === undefined || client.plan === this.removedPlan) return view;
    return {
      ...view,
      usagePlanId: `plan-${client.plan}`,
      ...(this.hasKeys && { apiKeyId: `key-${name}` }),
    };
  }

  #change(operation: Extract<ClientOperation, { operation: 'set' | 'rotate' | 'revoke' }>) {
    const client = this.clients.get(operation.client);
    if (client === undefined) throw new Refused(`there is no client ${operation.client}`);
    const changed = { ...client, ...this.#changes(client, operation), version: client.version + 1 };
    this.clients.set(operation.client, changed);
    return this.#view(operation.client, changed);
  }

  #changes(
    { tokens }: Stored,
    operation: Extract<ClientOperation, { operation: 'set' | 'rotate' | 'revoke' }>,
  ): Partial<Stored> {
    if (operation.operation === 'set') {
      const { operation: _operation, client: _client, ...changes } = operation;
      return changes;
    }
    if (operation.operation === 'revoke') {
      return {
        tokens: operation.tokens === 'all' ? [] : tokens.filter(({ expiresAt }) => !expiresAt),
      };
    }
    const now = this.#now();
    const { digest, overlapSeconds = DAY_MS / 1_000 } = operation;
    if (tokens[0]?.digest === digest) return {};
    const replaced = tokens[0] && { ...tokens[0], expiresAt: now + overlapSeconds * 1_000 };
    return {
      tokens: [{ digest, issuedAt: now }, ...(replaced && overlapSeconds > 0 ? [replaced] : [])],
    };
  }

  #find(digest: string) {
    for (const [name, client] of this.clients) {
      const token = this.#valid(client).find((each) => each.digest === digest);
      if (token !== undefined) return [name, client] as const;
    }
    return undefined;
  }

  #valid({ tokens }: Stored) {
    return tokens.filter(({ expiresAt }) => expiresAt === undefined || this.#now() < expiresAt);
  }

  #view(client: string, stored: Stored): ClientView {
    const { permissions, plan, allowedSources, state, readyAt, version } = stored;
    const isPending = readyAt !== undefined && this.#now() < readyAt;
    return {
      client,
      permissions,
      ...(plan !== undefined && { plan }),
      ...(allowedSources.length > 0 && { allowedSources }),
      state: isPending && state === 'active' ? 'pending' : state,
      ...(isPending && { readyAt }),
      version,
      tokens: this.#valid(stored).map(({ digest, ...rest }) => ({
        id: tokenIdOf(digest),
        ...rest,
      })),
      ...(this.codeClients.includes(client) && { isInCode: true }),
    };
  }
}
