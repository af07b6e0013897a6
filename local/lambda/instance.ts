import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { messageOf } from '../../terminal/problem.ts';
import { failure, type Invocation, type InvocationResult } from './invocation.ts';
import type { InstanceData, InstanceMessage } from './serve-handler.ts';
import { workerModule } from './worker-module.ts';

/** One execution environment of a function: a thread that serves one call at a time. */
export interface Instance {
  /** Calls the function; its timeout begins when it has started. */
  invoke(request: {
    readonly requestId: string;
    readonly payload: string;
  }): Promise<InvocationResult>;
  /** False after a failure or a stop: the thread serves no further call. */
  readonly usable: boolean;
  stop(): Promise<void>;
}

export interface InstanceOptions {
  readonly data: InstanceData;
  readonly environment: Record<string, string>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Gets each line that the function prints. */
  readonly onOutput: (line: string) => void;
}

const initTimeoutMs = 10_000;

function startWorker({ data, environment, memoryMb, onOutput }: InstanceOptions): Worker {
  const worker = new Worker(workerModule(), {
    workerData: data,
    env: environment,
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  for (const stream of [worker.stdout, worker.stderr]) {
    createInterface({ input: stream }).on('line', onOutput);
  }
  return worker;
}

/** Waits for a promise, and calls a function once if that takes too long. */
function within<T>(promise: Promise<T>, ms: number, onTimeout: () => void): Promise<T> {
  const timer = setTimeout(onTimeout, ms);
  return promise.finally(() => clearTimeout(timer));
}

function timeout(requestId: string, ms: number): InvocationResult {
  const seconds = (ms / 1000).toFixed(2);
  const text = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
  return failure('Sandbox.Timedout', text);
}

/**
 * Starts an execution environment of a function.
 *
 * The function may take 10 s to start and its timeout for each call. If it throws outside a call,
 * exits, or runs out of memory or time, the call fails and the environment ends.
 * Source: AWS Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle".
 */
export function startInstance(options: InstanceOptions): Instance {
  const { timeoutMs } = options;
  const worker = startWorker(options);
  let usable = true;
  const started = Promise.withResolvers<InvocationResult | undefined>();
  let current = Promise.withResolvers<InvocationResult>();

  function end(result: InvocationResult): void {
    usable = false;
    started.resolve(result);
    current.resolve(result);
    void worker.terminate();
  }

  worker.on('message', (message: InstanceMessage) => {
    if ('requestId' in message) current.resolve(message.result);
    else if (message.started) started.resolve(undefined);
    else end(message.result);
  });
  worker.on('error', (error) => end(failure('Runtime.UnhandledError', messageOf(error))));
  worker.on('exit', (code) => end(failure('Runtime.ExitError', `exit status ${code}`)));

  return {
    get usable() {
      return usable;
    },
    async invoke({ requestId, payload }) {
      const problem = await within(started.promise, initTimeoutMs, () =>
        end(timeout(requestId, initTimeoutMs)),
      );
      if (problem !== undefined) return problem;
      current = Promise.withResolvers();
      const invocation: Invocation = { requestId, payload, deadline: Date.now() + timeoutMs };
      worker.postMessage(invocation);
      return await within(current.promise, timeoutMs, () => end(timeout(requestId, timeoutMs)));
    },
    async stop() {
      usable = false;
      await worker.terminate();
    },
  };
}
