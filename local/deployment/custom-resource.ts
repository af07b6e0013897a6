import { randomUUID } from 'node:crypto';
import { Problem } from '../../terminal/problem.ts';
import { stringAt } from '../json.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { StackResource } from '../template/stack.ts';
import type { CustomResourceAnswers } from './custom-resource-answers.ts';

export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

export interface CustomResourceContext {
  readonly stackId: string;
  readonly answers: CustomResourceAnswers;
  /** Where the answers are received. */
  readonly endpoint: string;
  /** How long to wait for an answer when the function has ended without one, in milliseconds. */
  readonly answerTimeoutMs: number;
  /** Is told of a function that fails after it has answered: on AWS, its log and its alarm tell. */
  readonly onLog: (text: string) => void;
}

/**
 * Asks a function to create a custom resource, as CloudFormation does, and waits for its answer.
 *
 * Always with a Create, because no earlier deployment is known. The answer's `Data` is not used: a
 * custom resource has no attributes here.
 * Source: CloudFormation User Guide, "Custom resource request and response reference".
 *
 * @throws Problem when the function answers that it has failed, or does not answer
 */
export async function createCustomResource(
  { logicalId, type, properties }: StackResource,
  fn: LambdaFunction,
  { stackId, answers, endpoint, answerTimeoutMs, onLog }: CustomResourceContext,
): Promise<void> {
  const sentence = (text: string) => `resource ${logicalId}: ${text} (function ${fn.name}).`;
  const fail = (text: string): never => {
    throw new Problem(sentence(text));
  };
  const pending = answers.expect();
  const result = await fn.invoke({
    RequestType: 'Create',
    RequestId: randomUUID(),
    ResponseURL: `${endpoint}${pending.path}`,
    StackId: stackId,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ServiceToken: properties.ServiceToken,
    ResourceProperties: properties,
  });
  // A function that has ended has answered, or passed the URL on to something that will.
  const answer = await pending.within(result.ok ? answerTimeoutMs : 0);
  if (answer?.Status === 'SUCCESS') {
    if (!result.ok) onLog(sentence(`${result.errorType}: ${result.errorMessage}`));
    return;
  }
  if (answer !== undefined) fail(stringAt(answer, 'Reason') ?? 'its function failed');
  if (!result.ok) fail(`${result.errorType}: ${result.errorMessage}`);
  fail('its function did not answer');
}
