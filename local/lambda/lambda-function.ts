import { randomUUID } from 'node:crypto';
import { messageOf } from '../../terminal/problem.ts';
import type { Credentials } from '../aws/credentials.ts';
import { InFlight } from '../in-flight.ts';
import { type Endpoints, environmentFor } from './environment.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { type Instance, startInstance } from './instance.ts';
import { InstancePool } from './instance-pool.ts';
import { failure, type InvocationResult } from './invocation.ts';

/** A Lambda function that can be called. */
export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** The current definition. */
  definition(): FunctionDefinition;
  /** Changes with each update. */
  revisionId(): string;
  /** Gives all later calls another environment; calls that run end as they began. */
  replaceEnvironment(environment: Readonly<Record<string, string>>): void;
  /** Calls the function with an event and waits for its end; never rejects. */
  invoke(event: unknown): Promise<InvocationResult>;
  /** Waits for the calls that run, and stops. */
  finish(): Promise<void>;
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

function isTooLarge(payload: string): boolean {
  return Buffer.byteLength(payload) > maxPayloadBytes;
}

function newInstance(definition: FunctionDefinition, options: LambdaOptions): Instance {
  const { name, arn, taskRoot, handler, memoryMb, timeoutMs } = definition;
  const logGroupName = `/aws/lambda/${name}`;
  const logStreamName = `local/[$LATEST]${randomUUID().replaceAll('-', '')}`;
  const context = { functionName: name, functionArn: arn, memoryMb, logGroupName, logStreamName };
  return startInstance({
    data: { taskRoot, handler, context },
    environment: environmentFor(definition, { ...options, logGroupName, logStreamName }),
    timeoutMs,
    memoryMb,
    onOutput: (line) => options.onOutput(name, line),
  });
}

async function call(pool: InstancePool, event: unknown): Promise<InvocationResult> {
  const payload = JSON.stringify(event);
  if (isTooLarge(payload)) {
    return failure('RequestEntityTooLargeException', 'Request must be smaller than 6 MB');
  }
  let instance: Instance;
  try {
    instance = await pool.take();
  } catch (error) {
    return failure('Runtime.InvalidEnvironment', messageOf(error));
  }
  const result = await instance.invoke({ requestId: randomUUID(), payload });
  pool.release(instance);
  return result.ok && isTooLarge(result.payload)
    ? failure('Function.ResponseSizeTooLarge', 'Response payload size exceeded 6 MB')
    : result;
}

/**
 * A function with its execution environments. An event or a result over 6 MB fails the call.
 *
 * Source: AWS Lambda Developer Guide, "Lambda quotas".
 */
export function lambdaFunction(
  initial: FunctionDefinition,
  options: LambdaOptions,
): LambdaFunction {
  let definition = initial;
  let revisionId = randomUUID();
  const calls = new InFlight();
  const pool = new InstancePool(() => newInstance(definition, options), options.maxInstances);
  return {
    name: initial.name,
    arn: initial.arn,
    definition: () => definition,
    revisionId: () => revisionId,
    replaceEnvironment(environment) {
      definition = { ...definition, environment };
      revisionId = randomUUID();
      pool.replaceAll();
    },
    invoke: (event) => calls.track(call(pool, event)),
    async finish() {
      await calls.ended();
      await pool.stop();
    },
    stop: () => pool.stop(),
  };
}
