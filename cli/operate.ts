import type { IssuerOperation } from '../lambda/contract/wiring/issuer.ts';
import { Problem, TransientProblem } from '../terminal/problem.ts';
import { startSpinner } from '../terminal/spinner.ts';
import type { FunctionFault } from './aws/aws.ts';
import type { Context } from './context.ts';

const MAX_ATTEMPTS = 3;
const WAIT = 2_000;

/** The function was stopped, or others changed the authorizer all the time: the next run goes on. */
const TRANSIENT_FAULT =
  /^(Sandbox\.|Runtime\.|StaleRevisionError|TimeoutError|Throttling|TooManyRequests)/;

/**
 * Has the rotation function do something, and waits until it is done. What may pass is repeated
 * with the same version id, so that it happens once.
 *
 * @param label what the operator waits for
 * @param advice what to do if it fails
 * @returns the milliseconds that it took
 * @throws Problem if it fails
 */
export async function operate(
  { io, aws }: Context,
  functionName: string,
  operation: IssuerOperation,
  label: string,
  advice: string,
): Promise<number> {
  const start = io.now();
  using _spinner = startSpinner(io, label);
  for (let attempt = 1; ; attempt++) {
    const problem = await attemptTo(() => aws.invoke(functionName, operation));
    if (problem === undefined) return io.now() - start;
    if (!(problem instanceof TransientProblem) || attempt === MAX_ATTEMPTS) {
      throw new Problem(`${problem.message} ${advice}`);
    }
    await io.wait(WAIT * attempt);
  }
}

async function attemptTo(
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
