import {
  type ClientAnswers,
  type ClientOperation,
  refusalIn,
} from '../../lambda/contract/wiring/client-operation.ts';
import type { ClientTableOutput } from '../../lambda/contract/wiring/client-table-output.ts';
import { Problem } from '../../terminal/problem.ts';
import { startSpinner } from '../../terminal/spinner.ts';
import type { Context } from '../context.ts';
import { callFunction } from '../function-call.ts';
import { type AskedOperation, isAnswer } from './client-answers.ts';

type Asked = Extract<ClientOperation, { readonly operation: AskedOperation }>;
type AnswerTo<E extends Asked> = ClientAnswers[E['operation']];

/**
 * Asks the function that looks after the clients of the table, and repeats it after a transient failure:
 * every operation may be repeated.
 *
 * @param advice what to do if it fails
 * @throws Problem if it refuses, fails, or answers in a form that this version does not know
 */
export async function askClientFunction<E extends Asked>(
  context: Pick<Context, 'io' | 'aws'>,
  { clientFunction: functionName }: ClientTableOutput,
  event: E,
  advice: string,
): Promise<AnswerTo<E>> {
  const call = { functionName, role: 'client function', event, advice };
  const answer = await callFunction(context, call);
  const refusal = refusalIn(answer);
  if (refusal !== undefined) throw new Problem(sentence(refusal));
  if (isAnswer[event.operation](answer)) return answer as AnswerTo<E>;
  throw new Problem(
    `The client function gave an answer that this command does not understand: use the version that the stack was deployed with, or deploy it again with this one. ${advice}`,
  );
}

/** Asks the client function, and shows after a while what the operator waits for. */
export async function waitForClientFunction<E extends Asked>(
  context: Context,
  table: ClientTableOutput,
  event: E,
  { label, advice }: { readonly label: string; readonly advice: string },
): Promise<{ readonly answer: AnswerTo<E>; readonly seconds: string }> {
  const { io } = context;
  const start = io.now();
  using _spinner = startSpinner(io, label);
  const answer = await askClientFunction(context, table, event, advice);
  return { answer, seconds: ((io.now() - start) / 1_000).toFixed(1) };
}

const sentence = (text: string) =>
  `${text.charAt(0).toUpperCase()}${text.slice(1).trim().replace(/\.$/, '')}.`;
