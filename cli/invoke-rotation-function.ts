import type { IssuerOperation } from '../lambda/contract/wiring/issuer.ts';
import { Problem, TransientProblem } from '../terminal/problem.ts';
import { startSpinner } from '../terminal/spinner.ts';
import type { FunctionFault } from './aws/aws.ts';
import type { Context } from './context.ts';

const MAX_ATTEMPTS = 3;
const WAIT_MS = 2_000;

/** The function was stopped, or others kept changing the authorizer: the next run continues. */
const TRANSIENT_FAULT =
  /^(Sandbox\.|Runtime\.|StaleRevisionError|TimeoutError|Throttling|TooManyRequests)/;

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
  { io, aws }: Context,
  functionName: string,
  operation: IssuerOperation,
  { label, advice }: { readonly label: string; readonly advice: string },
): Promise<number> {
  const start = io.now();
  using _spinner = startSpinner(io, label);
  for (let attempt = 1; ; attempt++) {
    const problem = await attempted(() => aws.invoke(functionName, operation));
    if (problem === undefined) return io.now() - start;
    if (!(problem instanceof TransientProblem) || attempt === MAX_ATTEMPTS) {
      throw new Problem(`${problem.message} ${advice}`);
    }
    await io.wait(WAIT_MS * attempt);
  }
}

/** Why an attempt failed; undefined if it did not. */
async function attempted(
  invoke: () => Promise<FunctionFault | undefined>,
): Promise<Problem | undefined> {
  try {
    const fault = await invoke();
    if (fault === undefined) return undefined;
    const text = `The rotation function failed: ${fault.message.trim().replace(/\.$/, '')}.`;
    return TRANSIENT_FAULT.test(fault.type) ? new TransientProblem(text) : new Problem(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
