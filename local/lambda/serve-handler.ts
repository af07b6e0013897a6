import type { MessagePort } from 'node:worker_threads';
import { type Handler, loadHandler } from './handler.ts';
import type { Invocation, InvocationResult } from './invocation.ts';
import { type ContextData, failureOf, runInvocation } from './run-invocation.ts';

/** What a thread needs to run one function. */
export interface InstanceData {
  readonly taskRoot: string;
  readonly handler: string;
  readonly context: ContextData;
}

/** What an instance's thread tells: how its start ended, then how each call ended. */
export type InstanceMessage =
  | { readonly started: true }
  | { readonly started: false; readonly result: InvocationResult }
  | { readonly requestId: string; readonly result: InvocationResult };

/** Loads a function's handler and runs it for every invocation that comes through the port. */
export async function serveHandler(port: MessagePort, data: InstanceData): Promise<void> {
  const tell = (message: InstanceMessage) => port.postMessage(message);
  let handler: Handler;
  try {
    handler = await loadHandler(data.taskRoot, data.handler);
  } catch (error) {
    tell({ started: false, result: failureOf(error) });
    return;
  }
  port.on('message', (invocation: Invocation) => {
    void runInvocation(handler, invocation, data.context).then((result) =>
      tell({ requestId: invocation.requestId, result }),
    );
  });
  tell({ started: true });
}
