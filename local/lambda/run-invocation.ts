import type { Handler } from './handler.ts';
import { failure, type Invocation, type InvocationResult } from './invocation.ts';

/** What the context object needs to know of a function. */
export interface ContextData {
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

function contextFor(data: ContextData, { requestId, deadline }: Invocation): object {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: data.functionName,
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: data.logGroupName,
    logStreamName: data.logStreamName,
    invokedFunctionArn: data.functionArn,
    awsRequestId: requestId,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

/** A thrown value as Lambda reports it. */
export function failureOf(thrown: unknown): InvocationResult {
  return thrown instanceof Error
    ? failure(thrown.name, thrown.message)
    : failure(typeof thrown, String(thrown));
}

/**
 * Calls a handler as Lambda's runtime does: the event and the result pass through JSON, and what the
 * handler throws becomes a failure.
 *
 * Source: AWS Lambda Developer Guide, "Using the Lambda context object (Node.js)".
 */
export async function runInvocation(
  handler: Handler,
  invocation: Invocation,
  data: ContextData,
): Promise<InvocationResult> {
  let result: unknown;
  try {
    result = await handler(JSON.parse(invocation.payload), contextFor(data, invocation));
  } catch (error) {
    return failureOf(error);
  }
  try {
    return { ok: true, payload: JSON.stringify(result) ?? 'null' };
  } catch {
    return failure('Runtime.MarshalError', 'Unable to stringify response body');
  }
}
