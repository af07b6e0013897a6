import { Problem } from '../../terminal/problem.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { ServedApp } from '../served-app.ts';
import type { Stack, StackResource } from '../template/stack.ts';
import {
  type CustomResourceContext,
  createCustomResource,
  isCustomResource,
} from './custom-resource.ts';

export interface DeployOptions extends Omit<CustomResourceContext, 'stackId'> {
  /** Makes a function, whose environment has the current values of the secrets. */
  readonly makeFunction: (resource: StackResource, stack: Stack) => LambdaFunction;
  /** Where the functions are kept, by ARN. */
  readonly functions: Map<string, LambdaFunction>;
  readonly onLog: (text: string) => void;
  /** Aborted to stop the deployment. */
  readonly signal: AbortSignal;
}

/** The names of a stack's functions that the APIs call, and of all that they depend on in it. */
function neededBy(functionArns: readonly string[], stack: Stack): Set<string> {
  const called = stack
    .resolvable('AWS::Lambda::Function')
    .filter(({ arn }) => functionArns.includes(arn));
  return new Set(
    stack.inOrder(called.map(({ logicalId }) => logicalId)).map((one) => one.logicalId),
  );
}

/** Makes what is made of a resource: a function, a custom resource, or nothing. */
async function make(
  { logicalId, type }: Pick<StackResource, 'logicalId' | 'type'>,
  stack: Stack,
  options: DeployOptions,
): Promise<void> {
  const { functions, makeFunction } = options;
  if (type === 'AWS::Lambda::Function') {
    const fn = makeFunction(stack.resource(logicalId), stack);
    functions.set(fn.arn, fn);
  } else if (isCustomResource(type)) {
    const resource = stack.resource(logicalId);
    const fn = functions.get(String(resource.properties.ServiceToken));
    if (fn === undefined)
      throw new Problem(`resource ${logicalId}: its function does not run here.`);
    await createCustomResource(resource, fn, { ...options, stackId: stack.stackId });
  }
}

/**
 * Makes the functions and the custom resources of the stacks one after the other, in CloudFormation's
 * order, so that a function's environment has the values of what it depends on.
 *
 * All that the APIs need has to succeed. Any other function or custom resource that fails is only
 * logged: an app may have some that work on AWS alone.
 *
 * @throws Problem when something that an API needs cannot be made; the signal's reason
 */
export async function deploy(
  { stacks, apis, functionArns }: ServedApp,
  options: DeployOptions,
): Promise<void> {
  const { onLog, signal } = options;
  const who = new Set(apis.map(({ id }) => id)).size === 1 ? 'The API does' : 'The APIs do';
  for (const stack of stacks) {
    const needed = neededBy(functionArns, stack);
    for (const each of stack.inOrder()) {
      signal.throwIfAborted();
      try {
        await make(each, stack, options);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof Problem) || needed.has(each.logicalId)) throw error;
        onLog(`${error.message} ${who} not depend on it.`);
      }
    }
  }
}
