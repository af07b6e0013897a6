import type { Instance } from './instance.ts';

/** The execution environments of one function. */
export interface InstancePool {
  /** An environment for one call: an idle one, a new one, or the first that becomes free. */
  take(): Promise<Instance>;
  /** Gives an environment back after its call. */
  release(instance: Instance): void;
  /** Lets no further call have the environments of now; calls that run end as they began. */
  replaceAll(): void;
  stop(): Promise<void>;
}

/**
 * A pool that starts an environment when all are busy, up to a limit.
 *
 * Source: AWS Lambda Developer Guide, "Understanding Lambda function scaling".
 */
export function instancePool(start: () => Instance, maxInstances: number): InstancePool {
  const instances = new Set<Instance>();
  /** They only finish the call that they have. */
  const outdated = new WeakSet<Instance>();
  const idle: Instance[] = [];
  const waiting: ((instance: Instance) => void)[] = [];

  function startOne(): Instance {
    const instance = start();
    instances.add(instance);
    return instance;
  }

  async function next(): Promise<Instance> {
    const free = idle.pop();
    if (free !== undefined) return free;
    if (instances.size < maxInstances) return startOne();
    const { promise, resolve } = Promise.withResolvers<Instance>();
    waiting.push(resolve);
    return promise;
  }

  return {
    async take() {
      let instance = await next();
      // An idle environment may have ended since its last call.
      while (!instance.usable) {
        instances.delete(instance);
        instance = await next();
      }
      return instance;
    },
    release(instance) {
      if (outdated.has(instance)) void instance.stop();
      if (!instance.usable) instances.delete(instance);
      const waits = waiting.shift();
      if (waits !== undefined) waits(instance.usable ? instance : startOne());
      else if (instance.usable) idle.push(instance);
    },
    replaceAll() {
      for (const instance of instances) outdated.add(instance);
      for (const instance of idle.splice(0)) {
        instances.delete(instance);
        void instance.stop();
      }
    },
    async stop() {
      await Promise.all([...instances].map((instance) => instance.stop()));
    },
  };
}
