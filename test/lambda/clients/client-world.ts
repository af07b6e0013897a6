import { hash } from 'node:crypto';
import { tokenItemOf } from '../../../lambda/clients/client-change.ts';
import {
  type ApiKeys,
  type ClientPorts,
  type ClientTable,
  type SpareKey,
  StaleError,
  type TableWrite,
} from '../../../lambda/clients/ports.ts';
import type { ClientItem } from '../../../lambda/contract/table/client-item.ts';
import {
  parseClientItem,
  serializeClientItem,
} from '../../../lambda/contract/table/client-item.ts';
import type { TokenItem } from '../../../lambda/contract/table/token-item.ts';
import { parseTokenItem, serializeTokenItem } from '../../../lambda/contract/table/token-item.ts';
import type { ClientFunctionRegistry } from '../../../lambda/contract/wiring/client-function.ts';
import { logRecorder } from '../../support/log-recorder.ts';

/** The digest of a token that exists nowhere. */
export const digestFor = (name: string): string => hash('sha256', `token ${name}`, 'base64url');

/** An API in which `report.read` opens what only `report.audit` should. */
export const registry: ClientFunctionRegistry = {
  apis: [
    {
      name: 'Test/Api',
      isHttpApi: false,
      methods: [
        { httpMethod: 'POST', resourcePath: '/jobs', permission: 'job.create' },
        { httpMethod: 'GET', resourcePath: '/jobs', permission: 'job.read' },
        { httpMethod: 'GET', resourcePath: '/reports/{id}', permission: 'report.read' },
        { httpMethod: 'GET', resourcePath: '/reports/{id}/audit', permission: 'report.audit' },
      ],
    },
  ],
  plans: ['standard', 'gold'],
  codeClients: ['bravo'],
  allowedSources: true,
};

const LIFETIME = 5_000;
/** How long the authorizer's answer may be under way. */
const UNDER_WAY = 1_000;

/** Does a call of a port; a test may interrupt it, or let it wait for its turn. */
export type Call = <T>(effect: () => T) => Promise<T>;

/**
 * The client table, API Gateway's keys and its cache in memory, at their worst: every accepted token is
 * in constant use, so that API Gateway keeps its result; and the authorizer has read each token just
 * before it changes, so that it keeps the old answer as long as it may.
 */
export class ClientWorld {
  time = Date.UTC(2026, 10, 25);
  readonly clients = new Map<string, ClientItem>();
  readonly tokens = new Map<string, TokenItem>();
  readonly spareKeys = new Map<string, Map<string, SpareKey>>();
  /** The values of the keys that API Gateway has, by their ids. */
  readonly keys = new Map<string, string>();
  /** The names of keys that have another one than their value, by their values. */
  readonly names = new Map<string, string>();
  /** The keys' ids in each plan. */
  readonly plans = new Map<string, Set<string>>();
  flushes = 0;
  /** How many keys API Gateway makes of those in one call; all unless it is set. */
  madeAtOnce = Number.POSITIVE_INFINITY;
  readonly log = logRecorder();
  #keyCount = 0;
  /** The accesses that an authorizer keeps, and until when. */
  #kept = new Map<string, number>();
  /** The accesses whose results API Gateway keeps. */
  #cached = new Set<string>();

  /** A copy in the same state, with a log of its own. */
  clone(): ClientWorld {
    const copy = new ClientWorld();
    copy.time = this.time;
    for (const [name, client] of this.clients) copy.clients.set(name, client);
    for (const [digest, token] of this.tokens) copy.tokens.set(digest, token);
    for (const [plan, keys] of this.spareKeys) copy.spareKeys.set(plan, new Map(keys));
    for (const [id, name] of this.keys) copy.keys.set(id, name);
    for (const [value, name] of this.names) copy.names.set(value, name);
    for (const [plan, ids] of this.plans) copy.plans.set(plan, new Set(ids));
    copy.#keyCount = this.#keyCount;
    copy.#kept = new Map(this.#kept);
    copy.#cached = new Set(this.#cached);
    return copy;
  }

  /**
   * What the table grants now: a token's digest and a permission, with a space between; and, of a client
   * that is bound to sources, each of them behind `from`.
   */
  granted(): Set<string> {
    const accesses = [...this.tokens.values()].flatMap((token) =>
      token.state === 'active' &&
      this.time < (token.expiresAt ?? Number.POSITIVE_INFINITY) &&
      this.time >= (token.readyAt ?? 0)
        ? token.permissions.flatMap((permission) => {
            const access = `${token.digest} ${permission}`;
            return token.allowedSources?.map((source) => `${access} from ${source}`) ?? [access];
          })
        : [],
    );
    return new Set(accesses);
  }

  /** What somebody may still have accepted. */
  accepted(): Set<string> {
    const kept = [...this.#kept].flatMap(([access, end]) => (this.time < end ? [access] : []));
    return new Set([...this.#cached, ...kept, ...this.granted()]);
  }

  /** Whether a token opens anything. */
  isAccepted(digest: string): boolean {
    return [...this.accepted()].some((access) => access.startsWith(`${digest} `));
  }

  /** Where the table contradicts itself, as sentences. */
  contradictions(): string[] {
    const found: string[] = [];
    for (const client of this.clients.values()) {
      for (const listed of client.tokens) {
        const item = JSON.stringify(this.tokens.get(listed.digest));
        if (item !== JSON.stringify(tokenItemOf(client, listed))) {
          found.push(`a token of ${client.name} has another item than its client says`);
        }
      }
    }
    for (const { digest, clientName, expiresAt } of this.tokens.values()) {
      const isListed = this.clients.get(clientName)?.tokens.some((each) => each.digest === digest);
      const hasEnded = expiresAt !== undefined && expiresAt <= this.time;
      if (!isListed && !hasEnded) found.push(`a token of ${clientName} is valid and not listed`);
    }
    const values = [...this.clients.values()].flatMap((client) => client.usageIdentifierKey ?? []);
    const spare = [...this.spareKeys.values()].flatMap((keys) => [...keys.keys()]);
    if (new Set([...values, ...spare]).size < values.length + spare.length) {
      found.push('a key belongs to two');
    }
    return found;
  }

  /** The clients whose key API Gateway does not have. */
  keyless(): string[] {
    return [...this.clients.values()].flatMap(({ name, state, usageIdentifierKey: value }) =>
      value === undefined || state === 'deleted' || this.keys.has(`id-of-${value}`) ? [] : [name],
    );
  }

  /** Where API Gateway's keys are not as the table says, as sentences. */
  keyFaults(): string[] {
    const found: string[] = [];
    const known = new Set<string>();
    const check = (what: string, value: string, plan: string) => {
      known.add(value);
      const id = `id-of-${value}`;
      if (!this.keys.has(id)) found.push(`${what} has no key`);
      const plans = [...this.plans].flatMap(([each, ids]) => (ids.has(id) ? [each] : []));
      if (plans.join() !== plan)
        found.push(`${what} has a key in [${plans.join()}] instead of ${plan}`);
    };
    for (const { name, usageIdentifierKey, plan } of this.clients.values()) {
      if (usageIdentifierKey !== undefined) check(name, usageIdentifierKey, plan ?? '');
    }
    for (const [plan, keys] of this.spareKeys) {
      for (const value of keys.keys()) check('a spare key', value, plan);
      const unfinished = [...keys.values()].filter(({ state }) => state === 'making');
      if (unfinished.length > 0) found.push(`${unfinished.length} spare keys are not finished`);
    }
    for (const name of this.keys.values()) if (!known.has(name)) found.push('nobody has a key');
    return found;
  }

  /** The ports of a function whose calls go through `call`. */
  ports(call: Call = async (effect) => effect(), changes: Partial<ClientPorts> = {}): ClientPorts {
    const tick: Call = (effect) =>
      call(() => {
        this.time++;
        return effect();
      });
    return {
      table: this.#table(tick),
      keys: this.#apiKeys(tick),
      cache: { flush: () => tick(() => this.#flush()) },
      registry,
      overlapSeconds: 3_600,
      keyDelaySeconds: 1_800,
      log: this.log.log,
      now: () => this.time,
      wait: (milliseconds) => {
        const end = this.time + Math.ceil(milliseconds);
        return call(() => {
          this.time = Math.max(this.time, end);
        });
      },
      newKeyValue: () => hash('sha1', `key ${this.#keyCount++}`),
      ...changes,
    };
  }

  #flush(): void {
    this.flushes++;
    this.#cached = new Set();
    this.#cached = this.accepted();
  }

  /** Everybody looks, and keeps what there is. */
  #look(): void {
    for (const access of this.granted()) this.#kept.set(access, this.time + LIFETIME + UNDER_WAY);
    this.#cached = this.accepted();
  }

  #table(call: Call): ClientTable {
    const spareOf = (plan: string) => {
      const keys = this.spareKeys.get(plan) ?? new Map<string, SpareKey>();
      this.spareKeys.set(plan, keys);
      return keys;
    };
    return {
      client: (name) => call(() => this.clients.get(name)),
      token: (digest) => call(() => this.tokens.get(digest)),
      clients: ({ after = '', limit }) =>
        call(() => {
          const names = [...this.clients.keys()].filter((name) => name > after).sort();
          const page = names.slice(0, limit);
          const last = page.at(-1);
          return {
            clients: page.flatMap((name) => this.clients.get(name) ?? []),
            ...(names.length > limit && last !== undefined && { next: last }),
          };
        }),
      change: (writes) => call(() => this.#change(writes)),
      removeClient: ({ name, version }) =>
        call(() => {
          const client = this.clients.get(name);
          if (client?.version !== version || client.state !== 'deleted') throw new StaleError();
          this.clients.delete(name);
        }),
      spareKeys: (plan) =>
        call(() =>
          [...spareOf(plan).values()].sort((one, other) => (one.value < other.value ? -1 : 1)),
        ),
      addSpareKey: (plan, key) => call(() => void spareOf(plan).set(key.value, key)),
      changeSpareKey: (plan, key) =>
        call(() => {
          if (!spareOf(plan).has(key.value)) throw new StaleError();
          spareOf(plan).set(key.value, key);
        }),
    };
  }

  #change(writes: readonly TableWrite[]): void {
    if (!writes.every((write) => this.#isMet(write))) throw new StaleError();
    this.#look();
    for (const write of writes) {
      if (write.write === 'client') {
        const client = parseClientItem(serializeClientItem(write.client));
        this.clients.set(client.name, client);
      } else if (write.write === 'token') {
        const { digest } = write.token;
        this.tokens.set(digest, parseTokenItem(digest, serializeTokenItem(write.token)));
      } else this.spareKeys.get(write.plan)?.delete(write.key.value);
    }
    this.#look();
  }

  #isMet(write: TableWrite): boolean {
    if (write.write === 'client') {
      return this.clients.get(write.client.name)?.version === write.replaces;
    }
    if (write.write === 'take') {
      return this.spareKeys.get(write.plan)?.get(write.key.value)?.state === 'spare';
    }
    const { token, replaces } = write;
    const there = this.tokens.get(token.digest);
    if (replaces === 'new') return there === undefined;
    const end = there?.expiresAt ?? Number.POSITIVE_INFINITY;
    return there?.clientName === token.clientName && end > replaces.validAt;
  }

  #apiKeys(call: Call): ApiKeys {
    const pageOf = (ids: readonly string[], position = '0') => {
      const start = Number(position);
      return {
        keys: ids.slice(start, start + 500).map((id) => {
          const value = this.keys.get(id) ?? '';
          return { id, name: this.names.get(value) ?? value, value };
        }),
        ...(ids.length > start + 500 && { next: String(start + 500) }),
      };
    };
    const planOf = (plan: string) => {
      const keys = this.plans.get(plan) ?? new Set<string>();
      this.plans.set(plan, keys);
      return keys;
    };
    const idOf = (value: string) =>
      this.keys.has(`id-of-${value}`) ? `id-of-${value}` : undefined;
    const make = (value: string) => {
      if (idOf(value) !== undefined) return undefined;
      const id = `id-of-${value}`;
      this.keys.set(id, value);
      return id;
    };
    const add = (id: string, plan: string) => {
      if (!this.keys.has(id) || [...this.plans.values()].some((keys) => keys.has(id))) return false;
      planOf(plan).add(id);
      return true;
    };
    return {
      make: (value) => call(() => make(value)),
      makeMany: (values, plan) =>
        call(() => {
          const some = values.slice(0, this.madeAtOnce);
          const added = some.map((value) => add(make(value) ?? idOf(value) ?? '', plan));
          return added.every(Boolean) && some.length === values.length;
        }),
      idOf: (value) => call(() => idOf(value)),
      plansOf: (id) =>
        call(() => [...this.plans].flatMap(([plan, keys]) => (keys.has(id) ? [plan] : []))),
      addToPlan: (id, plan) => call(() => add(id, plan)),
      removeFromPlan: (id, plan) => call(() => void planOf(plan).delete(id)),
      remove: (id) =>
        call(() => {
          this.keys.delete(id);
          for (const keys of this.plans.values()) keys.delete(id);
        }),
      allKeys: (position) => call(() => pageOf([...this.keys.keys()], position)),
      keysOf: (plan, position) => call(() => pageOf([...planOf(plan)], position)),
      planId: (plan) => `id-of-${plan}`,
    };
  }
}
