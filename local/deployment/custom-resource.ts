import { randomUUID } from 'node:crypto';
import { Problem } from '../../terminal/problem.ts';
import { type JsonObject, stringAt } from '../json.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { StackResource } from '../template/stack.ts';
import type { CustomResourceAnswers } from './custom-resource-answers.ts';

export function isCustomResource(type: string): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

/** A custom resource as the deployments so far have left it. */
export interface KnownResource {
  /** The properties that its function was last asked with, and by which code, as JSON. */
  readonly properties: string;
  readonly code: string;
  readonly hasFailed: boolean;
  /** The id and the properties that it has; undefined when it was never made. */
  readonly made?: { readonly physicalId: string; readonly properties: JsonObject };
}

/** The custom resources of all deployments since the start, by stack and logical id. */
export type KnownResources = Map<string, KnownResource>;

/** Under which a custom resource is known. */
export const resourceKey = (stackId: string, logicalId: string) => `${stackId}/${logicalId}`;

export interface CustomResourceContext {
  readonly stackId: string;
  readonly known: KnownResources;
  readonly answers: CustomResourceAnswers;
  /** Where the answers are received. */
  readonly endpoint: string;
  /** How long to wait for an answer when the function has ended without one, in milliseconds. */
  readonly answerTimeoutMs: number;
  /** Is told of a function that fails after it has answered: on AWS, its log and its alarm tell. */
  readonly onLog: (text: string) => void;
  /** Aborted when the deployment is stopped: what fails then has not failed. */
  readonly signal: AbortSignal;
}

/**
 * Asks a function to create or update a custom resource, as CloudFormation does, and waits for its answer.
 *
 * The first time since the start it is a Create, because no earlier deployment is known. One that is as it
 * was is not asked for again. What failed is, once its properties or its function's code have changed, or
 * when an API needs it.
 *
 * The answer's `Data` is not used: a custom resource has no attributes here.
 * Source: CloudFormation User Guide, "Custom resource request and response reference".
 *
 * @throws Problem when the function answers that it has failed, or does not answer
 */
export async function makeCustomResource(
  resource: StackResource,
  fn: LambdaFunction,
  isNeeded: boolean,
  context: CustomResourceContext,
): Promise<void> {
  const { known, stackId, signal } = context;
  const key = resourceKey(stackId, resource.logicalId);
  const before = known.get(key);
  const properties = JSON.stringify(resource.properties);
  const code = JSON.stringify(fn.definition().properties.Code);
  const isAsItWas = before?.properties === properties;
  if (isAsItWas && !(before.hasFailed && (isNeeded || before.code !== code))) return;
  const asked = { ...before, properties, code, hasFailed: false };
  // Before the answer, which may come after the next deployment has begun.
  known.set(key, asked);
  const remember = (now: KnownResource | undefined) => {
    // A later deployment may have asked for it again, or have none.
    if (known.get(key) !== asked) return;
    if (now === undefined) known.delete(key);
    else known.set(key, now);
  };
  try {
    const physicalId = await ask(resource, fn, before?.made, context);
    remember({ ...asked, made: { physicalId, properties: resource.properties } });
  } catch (error) {
    remember(signal.aborted ? before : { ...asked, hasFailed: true });
    throw error;
  }
}

/** @returns the physical id that the function answers with */
async function ask(
  { logicalId, type, properties }: StackResource,
  fn: LambdaFunction,
  made: KnownResource['made'],
  { stackId, answers, endpoint, answerTimeoutMs, onLog }: CustomResourceContext,
): Promise<string> {
  const sentence = (text: string) => `resource ${logicalId}: ${text} (function ${fn.name}).`;
  const fail = (text: string): never => {
    throw new Problem(sentence(text));
  };
  const pending = answers.expect();
  const result = await fn.invoke({
    RequestType: made === undefined ? 'Create' : 'Update',
    RequestId: randomUUID(),
    ResponseURL: `${endpoint}${pending.path}`,
    StackId: stackId,
    LogicalResourceId: logicalId,
    ResourceType: type,
    ServiceToken: properties.ServiceToken,
    ResourceProperties: properties,
    ...(made && {
      PhysicalResourceId: made.physicalId,
      OldResourceProperties: made.properties,
    }),
  });
  // A function that has ended has answered, or passed the URL on to something that will.
  const answer = await pending.within(result.ok ? answerTimeoutMs : 0);
  if (answer?.Status === 'SUCCESS') {
    if (!result.ok) onLog(sentence(`${result.errorType}: ${result.errorMessage}`));
    return stringAt(answer, 'PhysicalResourceId') ?? made?.physicalId ?? logicalId;
  }
  if (answer !== undefined) fail(stringAt(answer, 'Reason') ?? 'its function failed');
  if (!result.ok) fail(`${result.errorType}: ${result.errorMessage}`);
  return fail('its function did not answer');
}
