import { randomUUID } from 'node:crypto';
import { messageOf } from '../../terminal/problem.ts';
import type { Credentials } from '../aws/credentials.ts';
import { type Endpoints, environmentFor } from './environment.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { type Instance, startInstance } from './instance.ts';
import { failure, type InvocationResult } from './invocation.ts';

/** A Lambda function that can be called. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** What it is now. */
  definition(): FunctionDefinition;
  /** Another text after each change. */
  revisionId(): string;
  /** Has all calls from now on see another environment; calls that are under way end as they began. */
  replaceEnvironment(environment: Readonly<Record<string, string>>): void;
  /** Calls the function with an event and waits for its end; never rejects. */
  invoke(event: unknown): Promise<InvocationResult>;
  stop(): Promise<void>;
}

export interface LambdaOptions {
  readonly region: string;
  readonly endpoints: Endpoints;
  readonly credentials: Credentials;
  /** How many calls of a function may run at once; further ones wait. */
  readonly maxInstances: number;
  readonly onOutput: (functionName: string, line: string) => void;
}

const maxPayloadBytes = 6 * 1024 * 1024;

/**
 * A function with its execution environments: an idle one is used again, another one is started when
 * all are busy, and a call waits when there are as many as there may be.
 *
 * An event or a result over 6 MB fails the call.
 * Source: AWS Lambda Developer Guide, "Lambda quotas" and "Understanding Lambda function scaling".
 */
export function lambdaFunction(
  initial: FunctionDefinition,
  options: LambdaOptions,
): LambdaFunction {
  const { name, arn } = initial;
  let definition = initial;
  let revisionId = randomUUID();
  const instances = new Set<Instance>();
  /** Those with an environment that has been replaced since: they only finish what they do. */
  const outdated = new WeakSet<Instance>();
  const idle: Instance[] = [];
  const waiting: ((instance: Instance) => void)[] = [];

  function start(): Instance {
    const logGroupName = `/aws/lambda/${name}`;
    const logStreamName = `local/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    const { taskRoot, handler, memoryMb, timeoutMs } = definition;
    const context = { functionName: name, functionArn: arn, memoryMb, logGroupName, logStreamName };
    const instance = startInstance({
      data: { taskRoot, handler, context },
      environment: environmentFor(definition, { ...options, logGroupName, logStreamName }),
      timeoutMs,
      memoryMb,
      onOutput: (line) => options.onOutput(name, line),
    });
    instances.add(instance);
    return instance;
  }

  async function take(): Promise<Instance> {
    const free = idle.pop();
    if (free !== undefined) return free;
    if (instances.size < options.maxInstances) return start();
    const { promise, resolve } = Promise.withResolvers<Instance>();
    waiting.push(resolve);
    return promise;
  }

  function release(instance: Instance): void {
    if (outdated.has(instance)) void instance.stop();
    if (!instance.usable) instances.delete(instance);
    const next = waiting.shift();
    if (next !== undefined) next(instance.usable ? instance : start());
    else if (instance.usable) idle.push(instance);
  }

  /** An idle environment may have ended by itself since its last call. */
  async function takeUsable(): Promise<Instance> {
    const instance = await take();
    if (instance.usable) return instance;
    instances.delete(instance);
    return takeUsable();
  }

  return {
    name,
    arn,
    definition: () => definition,
    revisionId: () => revisionId,
    replaceEnvironment(environment) {
      definition = { ...definition, environment };
      revisionId = randomUUID();
      for (const instance of instances) outdated.add(instance);
      for (const instance of idle.splice(0)) {
        instances.delete(instance);
        void instance.stop();
      }
    },
    async invoke(event) {
      const payload = JSON.stringify(event);
      if (Buffer.byteLength(payload) > maxPayloadBytes) {
        return failure('RequestEntityTooLargeException', 'Request must be smaller than 6 MB');
      }
      let instance: Instance;
      try {
        instance = await takeUsable();
      } catch (error) {
        return failure('Runtime.InvalidEnvironment', messageOf(error));
      }
      const result = await instance.invoke({ requestId: randomUUID(), payload });
      release(instance);
      if (result.ok && Buffer.byteLength(result.payload) > maxPayloadBytes) {
        return failure('Function.ResponseSizeTooLarge', 'Response payload size exceeded 6 MB');
      }
      return result;
    },
    async stop() {
      await Promise.all([...instances].map((instance) => instance.stop()));
    },
  };
}
