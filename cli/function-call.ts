import { Problem, TransientProblem } from '../terminal/problem.ts';
import type { FunctionFault } from './aws/aws.ts';
import type { Context } from './context.ts';

const MAX_ATTEMPTS = 3;
const WAIT_MS = 2_000;

/**
 * The function was stopped, others changed the same thing, or AWS had no time for it: the next run
 * continues.
 */
const TRANSIENT_FAULT =
  /^(Sandbox\.|Runtime\.|Stale|Timeout|DeadlineExceeded|ConnectionFailed|Throttl|TooManyRequests|RequestLimit|ProvisionedThroughput|TransactionConflict|TransactionInProgress|InternalServerError|ServiceUnavailable)/;

/** A call of one of the operators' functions. */
export interface FunctionCall {
  readonly functionName: string;
  /** What it is to the operator: `rotation function`. */
  readonly role: string;
  /** What it is asked; a repeat of it happens once. */
  readonly event: object;
  /** What to do if it fails: a sentence, or more. */
  readonly advice: string;
}

/**
 * Calls a function, waits for its end, and repeats the call after a transient failure.
 *
 * @returns its answer
 * @throws Problem if it fails
 */
export async function callFunction(
  { io, aws }: Pick<Context, 'io' | 'aws'>,
  { functionName, role, event, advice }: FunctionCall,
): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { answer, fault } = { answer: undefined, ...(await aws.invoke(functionName, event)) };
      if (fault === undefined) return answer;
      throw problemOf(fault, role);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!(error instanceof TransientProblem) || attempt === MAX_ATTEMPTS) {
        throw new Problem(`${error.message} ${advice}`);
      }
    }
    await io.wait(WAIT_MS * attempt);
  }
}

function problemOf({ type, message }: FunctionFault, role: string): Problem {
  const text = message.trim().replace(/\.$/, '');
  const failure = `The ${role} failed: ${text}.`;
  return TRANSIENT_FAULT.test(type) ? new TransientProblem(failure) : new Problem(failure);
}
