import type { IssuerOperation } from '../lambda/contract/wiring/issuer.ts';
import { startSpinner } from '../terminal/spinner.ts';
import type { Context } from './context.ts';
import { callFunction } from './function-call.ts';

/**
 * Invokes the rotation function and waits for its end. Repeats it after a transient failure: the
 * operation's version id makes it happen once.
 *
 * @param label what the operator waits for
 * @param advice what to do if it fails
 * @returns the milliseconds that it took
 * @throws Problem if it fails
 */
export async function invokeRotationFunction(
  context: Context,
  functionName: string,
  event: IssuerOperation,
  { label, advice }: { readonly label: string; readonly advice: string },
): Promise<number> {
  const { io } = context;
  const start = io.now();
  using _spinner = startSpinner(io, label);
  await callFunction(context, { functionName, role: 'rotation function', event, advice });
  return io.now() - start;
}
