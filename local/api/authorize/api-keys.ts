import { randomId } from '../../random-id.ts';
import type { ApiKey, RestApi } from '../rest-api.ts';

/** An API key of the account, in the usage plans that it has joined. */
export interface KeptApiKey extends ApiKey {
  readonly description: string | undefined;
  readonly enabled: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Grows from key to key: what lists are sorted by. */
  readonly serial: number;
  /** The ids of its plans. */
  readonly planIds: ReadonlySet<string>;
}

/** What a new key is made of. */
export type NewApiKey = Pick<KeptApiKey, 'value' | 'name' | 'description' | 'enabled'>;

type Stage = Pick<RestApi, 'id' | 'stage' | 'usagePlans'>;

interface Kept extends KeptApiKey {
  readonly planIds: Set<string>;
}

/** The API keys of the template, and those that are made while the gateway runs. They live in memory. */
export class ApiKeys {
  readonly #now: () => number;
  readonly #byId = new Map<string, Kept>();
  readonly #byValue = new Map<string, Kept>();
  /** The keys of each plan, by their ids. */
  readonly #members = new Map<string, Map<string, Kept>>();
  /** The ids of the template's keys. */
  readonly #ofTemplate = new Set<string>();
  /** The stages of each plan. */
  readonly #stages = new Map<string, Set<string>>();
  #serial = 0;

  /** @param now milliseconds since 1970 */
  constructor(apis: readonly Stage[], now: () => number) {
    this.#now = now;
    this.add(apis);
  }

  /** Adds the plans and keys of stages; what is there stays as it is. */
  add(apis: readonly Stage[]): void {
    for (const { id, stage, usagePlans } of apis) {
      for (const plan of usagePlans) {
        const stages = this.#stages.get(plan.id) ?? new Set();
        this.#stages.set(plan.id, stages.add(`${id}/${stage}`));
        for (const key of plan.keys) {
          // A key may be in plans of several stages.
          if (!this.#byId.has(key.id)) {
            this.#keep({ ...key, description: undefined, enabled: true });
            this.#ofTemplate.add(key.id);
          }
          this.#enter(key.id, plan.id);
        }
      }
    }
  }

  /**
   * Has the plans and keys of these stages only, and the keys that were made since the start, which stay
   * in the plans that stay.
   */
  retain(apis: readonly Stage[]): void {
    const made = [...this.#byId.values()].filter(({ id }) => !this.#ofTemplate.has(id));
    for (const all of [this.#byId, this.#byValue, this.#members, this.#stages, this.#ofTemplate]) {
      all.clear();
    }
    // Before those of the template, whose serials are new.
    for (const key of made) this.#insert(key);
    this.add(apis);
    for (const { id, planIds } of made) {
      for (const planId of planIds) {
        if (this.#stages.has(planId)) this.#enter(id, planId);
        else planIds.delete(planId);
      }
    }
  }

  byId(id: string): KeptApiKey | undefined {
    return this.#byId.get(id);
  }

  byValue(value: string): KeptApiKey | undefined {
    return this.#byValue.get(value);
  }

  /** All keys, the oldest first. */
  all(): readonly KeptApiKey[] {
    return [...this.#byId.values()];
  }

  /** The keys of a plan; `undefined` when there is no such plan. */
  ofPlan(planId: string): readonly KeptApiKey[] | undefined {
    if (!this.#stages.has(planId)) return undefined;
    return [...(this.#members.get(planId)?.values() ?? [])];
  }

  /** @returns `undefined` when there is a key of this value */
  create(key: NewApiKey): KeptApiKey | undefined {
    if (this.#byValue.has(key.value)) return undefined;
    return this.#keep({ ...key, id: randomId(5, 'hex') });
  }

  /** Removes a key from its plans and for good. */
  remove(id: string): boolean {
    const key = this.#byId.get(id);
    if (key === undefined) return false;
    for (const planId of key.planIds) this.#members.get(planId)?.delete(id);
    this.#byValue.delete(key.value);
    return this.#byId.delete(id);
  }

  /**
   * Puts a key into a plan. Of the plans of one stage, a key may be in one.
   *
   * Source: API Gateway Developer Guide, "Usage plans and API keys for REST APIs".
   *
   * @returns `false` when it is in this plan, or in another one of a stage
   */
  join(id: string, planId: string): boolean {
    const stagesOf = (plan: string) => [...(this.#stages.get(plan) ?? [])];
    const taken = new Set([...(this.#byId.get(id)?.planIds ?? [])].flatMap(stagesOf));
    if (stagesOf(planId).some((stage) => taken.has(stage))) return false;
    this.#enter(id, planId);
    return true;
  }

  /** Takes a key out of a plan; `false` when it is not in it. */
  leave(id: string, planId: string): boolean {
    this.#byId.get(id)?.planIds.delete(planId);
    return this.#members.get(planId)?.delete(id) ?? false;
  }

  #keep(key: NewApiKey & { readonly id: string }): Kept {
    const createdAt = this.#now();
    const kept: Kept = { ...key, createdAt, serial: ++this.#serial, planIds: new Set() };
    this.#insert(kept);
    return kept;
  }

  #insert(key: Kept): void {
    this.#byId.set(key.id, key);
    this.#byValue.set(key.value, key);
  }

  #enter(id: string, planId: string): void {
    const key = this.#byId.get(id);
    if (key === undefined) return;
    key.planIds.add(planId);
    const members = this.#members.get(planId) ?? new Map();
    this.#members.set(planId, members.set(id, key));
  }
}
