import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, Problem } from '../../terminal/problem.ts';
import type { LambdaFunction } from '../lambda/lambda-function.ts';
import type { ServedApp } from '../served-app.ts';
import type { Stack, StackResource } from '../template/stack.ts';
import {
  type CustomResourceContext,
  isCustomResource,
  makeCustomResource,
} from './custom-resource.ts';

type DeployedResource = Pick<StackResource, 'logicalId' | 'type'>;

export interface DeployOptions extends Omit<CustomResourceContext, 'stackId'> {
  /** Makes a function, whose environment has the current values of the secrets. */
  readonly makeFunction: (resource: StackResource, stack: Stack) => LambdaFunction;
  /** Where the functions are kept, by ARN. */
  readonly functions: Map<string, LambdaFunction>;
  /** How long to wait for a custom resource that nothing depends on, in milliseconds. */
  readonly freeResourceMs: number;
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

/** Whether a resource is a custom one that no other resource of its stack depends on. */
function isFree({ logicalId, type }: DeployedResource, stack: Stack): boolean {
  const dependsOnIt = (other: DeployedResource) =>
    other.logicalId !== logicalId &&
    stack.inOrder([other.logicalId]).some((each) => each.logicalId === logicalId);
  return isCustomResource(type) && !stack.inOrder().some(dependsOnIt);
}

/** Waits for work, at most for so long; it goes on afterwards. */
async function atMost(
  milliseconds: number,
  work: Promise<void>,
  { onLog, signal }: Pick<DeployOptions, 'onLog' | 'signal'>,
): Promise<void> {
  const stop = new AbortController();
  let isLate = false;
  const late = delay(milliseconds, undefined, stop).then(
    () => {
      isLate = true;
    },
    () => undefined,
  );
  const done = work.catch((error: unknown) => {
    if (!isLate) throw error;
    if (!signal.aborted) onLog(messageOf(error));
  });
  try {
    await Promise.race([done, late]);
  } finally {
    stop.abort();
  }
}

/** Makes what is made of a resource: a function, a custom resource, or nothing. */
async function make(
  { logicalId, type }: DeployedResource,
  stack: Stack,
  isNeeded: boolean,
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
    await makeCustomResource(resource, fn, isNeeded, { ...options, stackId: stack.stackId });
  }
}

/**
 * Makes the functions and the custom resources of the stacks one after the other, in CloudFormation's
 * order, so that a function's environment has the values of what it depends on.
 *
 * A custom resource that nothing depends on is not waited for until it is made, because the keys of
 * thousands of clients take longer than a start should.
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
  const { onLog, signal, freeResourceMs } = options;
  const who = new Set(apis.map(({ id }) => id)).size === 1 ? 'The API does' : 'The APIs do';
  for (const stack of stacks) {
    const needed = neededBy(functionArns, stack);
    for (const each of stack.inOrder()) {
      signal.throwIfAborted();
      const isNeeded = needed.has(each.logicalId);
      const making = make(each, stack, isNeeded, options).catch((error: unknown) => {
        signal.throwIfAborted();
        if (!(error instanceof Problem) || isNeeded) throw error;
        onLog(`${error.message} ${who} not depend on it.`);
      });
      await (isNeeded || !isFree(each, stack) ? making : atMost(freeResourceMs, making, options));
    }
  }
}
