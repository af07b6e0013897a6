import type { InvocationResult } from '../lambda/invocation.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';

/** Calls a function by its ARN, and waits at most `timeoutMs` for it. */
export type InvokeFunction = (
  arn: string,
  event: object,
  timeoutMs: number,
) => Promise<InvocationResult | 'timeout'>;

/**
 * Calls functions with a limit on the wait; a function that takes longer goes on, as on AWS.
 *
 * @param functionFor finds a function by its ARN
 */
export function invokeWithin(functionFor: (arn: string) => LambdaFunction): InvokeFunction {
  return async (arn, event, timeoutMs) => {
    const { promise: timeout, resolve } = Promise.withResolvers<'timeout'>();
    const timer = setTimeout(() => resolve('timeout'), timeoutMs);
    try {
      return await Promise.race([functionFor(arn).invoke(event), timeout]);
    } finally {
      clearTimeout(timer);
    }
  };
}
