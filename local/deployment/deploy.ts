import { Problem } from '../../terminal/problem.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { ServedStack } from '../served-stack.ts';
import type { StackResource } from '../template/stack.ts';
import {
  type CustomResourceContext,
  createCustomResource,
  isCustomResource,
} from './custom-resource.ts';

export interface DeployOptions extends Omit<CustomResourceContext, 'stackId'> {
  /** Makes a function, whose environment has the current values of the secrets. */
  readonly makeFunction: (resource: StackResource) => LambdaFunction;
  /** Where the functions are kept, by ARN. */
  readonly functions: Map<string, LambdaFunction>;
  readonly onLog: (text: string) => void;
  /** Aborted to stop the deployment. */
  readonly signal: AbortSignal;
}

/** The names of the functions that the API calls, and of all that they depend on. */
function neededBy({ stack, functionArns }: ServedStack): Set<string> {
  const functions = stack.resources('AWS::Lambda::Function');
  const called = functionArns.map((arn) => {
    const found = functions.find((one) => one.arn === arn);
    if (found !== undefined) return found.logicalId;
    throw new Problem(`The function ${arn} is not in this stack: it cannot be run here.`);
  });
  return new Set(stack.inOrder(called).map(({ logicalId }) => logicalId));
}

/**
 * Makes the functions and the custom resources of a stack one after the other, in CloudFormation's
 * order, so that a function's environment has the values of what it depends on.
 *
 * All that the API needs has to succeed. Any other function or custom resource that fails is only
 * logged: an app may have some that work on AWS alone.
 *
 * @throws Problem when something that the API needs cannot be made; the signal's reason
 */
export async function deploy(local: ServedStack, options: DeployOptions): Promise<void> {
  const { stack } = local;
  const { functions, makeFunction, onLog, signal } = options;

  async function make({ logicalId, type }: Pick<StackResource, 'logicalId' | 'type'>) {
    if (type === 'AWS::Lambda::Function') {
      const fn = makeFunction(stack.resource(logicalId));
      functions.set(fn.arn, fn);
    } else if (isCustomResource(type)) {
      const resource = stack.resource(logicalId);
      const fn = functions.get(String(resource.properties.ServiceToken));
      if (fn === undefined)
        throw new Problem(`resource ${logicalId}: its function does not run here.`);
      await createCustomResource(resource, fn, { ...options, stackId: stack.stackId });
    }
  }

  const needed = neededBy(local);
  for (const each of stack.inOrder()) {
    signal.throwIfAborted();
    try {
      await make(each);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Problem) || needed.has(each.logicalId)) throw error;
      onLog(`${error.message} The API does not depend on it.`);
    }
  }
}
