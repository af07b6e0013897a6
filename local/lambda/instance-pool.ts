import type { Instance } from './instance.ts';

/**
 * The execution environments of one function: an idle one serves the next call, another one is
 * started when all are busy, and a call waits when there are as many as there may be.
 *
 * Source: AWS Lambda Developer Guide, "Understanding Lambda function scaling".
 */
export class InstancePool {
  readonly #start: () => Instance;
  readonly #maxInstances: number;
  readonly #instances = new Set<Instance>();
  /** They only finish the call that they have. */
  readonly #outdated = new WeakSet<Instance>();
  readonly #idle: Instance[] = [];
  readonly #waiting: ((instance: Instance) => void)[] = [];

  constructor(start: () => Instance, maxInstances: number) {
    this.#start = start;
    this.#maxInstances = maxInstances;
  }

  /** @returns an environment for one call, to be released after it */
  async take(): Promise<Instance> {
    const instance = await this.#next();
    if (instance.usable) return instance;
    // An idle environment may have ended since its last call.
    this.#instances.delete(instance);
    return this.take();
  }

  /** Gives an environment back after its call. */
  release(instance: Instance): void {
    if (this.#outdated.has(instance)) void instance.stop();
    if (!instance.usable) this.#instances.delete(instance);
    const serve = this.#waiting.shift();
    if (serve !== undefined) serve(instance.usable ? instance : this.#add());
    else if (instance.usable) this.#idle.push(instance);
  }

  /** Lets later calls have new environments only; calls that run end as they began. */
  replaceAll(): void {
    for (const instance of this.#instances) this.#outdated.add(instance);
    for (const instance of this.#idle.splice(0)) {
      this.#instances.delete(instance);
      void instance.stop();
    }
  }

  /** Ends all environments, and the calls in them. */
  async stop(): Promise<void> {
    await Promise.all([...this.#instances].map((instance) => instance.stop()));
  }

  #add(): Instance {
    const instance = this.#start();
    this.#instances.add(instance);
    return instance;
  }

  async #next(): Promise<Instance> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#instances.size < this.#maxInstances) return this.#add();
    const { promise, resolve } = Promise.withResolvers<Instance>();
    this.#waiting.push(resolve);
    return promise;
  }
}
