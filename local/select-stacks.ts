import { Problem } from '../terminal/problem.ts';
import type { AssemblyStack } from './assembly/assembly.ts';

/** The stacks of an app that a start is about. */
export interface SelectedStacks {
  /** Those whose APIs are served. */
  readonly served: readonly AssemblyStack[];
  /** Those and all that they depend on, each after what it depends on. */
  readonly deployed: readonly AssemblyStack[];
}

function hasRestApi({ template }: AssemblyStack): boolean {
  return Object.values(template.Resources).some(({ Type }) => Type === 'AWS::ApiGateway::RestApi');
}

/** A method or a usage plan may be in another stack than its API. */
function hasPartsOfRestApis({ template }: AssemblyStack): boolean {
  return Object.values(template.Resources).some(({ Type }) => Type.startsWith('AWS::ApiGateway::'));
}

function named(stacks: readonly AssemblyStack[], name: string): AssemblyStack[] {
  const found = stacks.filter((one) => one.stackName === name || one.displayName === name);
  if (found.length > 0) return found;
  const names = stacks.map(({ displayName }) => displayName).join(', ');
  throw new Problem(`--stack ${name}: the app has no such stack, choose from ${names}.`);
}

function inDeploymentOrder(stacks: readonly AssemblyStack[]): AssemblyStack[] {
  const order = new Set<AssemblyStack>();
  const visit = (stack: AssemblyStack): void => {
    if (order.has(stack)) return;
    stack.dependencies().forEach(visit);
    order.add(stack);
  };
  stacks.forEach(visit);
  return [...order];
}

/**
 * Selects the stacks with these names, or else all that have to do with REST APIs, and what they depend
 * on.
 *
 * @throws Problem for a name that no stack has, and when there is no REST API
 */
export function selectStacks(
  stacks: readonly AssemblyStack[],
  names: readonly string[],
): SelectedStacks {
  const all = names.length === 0;
  const served = all
    ? stacks.filter(hasPartsOfRestApis)
    : stacks.filter((one) => names.flatMap((name) => named(stacks, name)).includes(one));
  if (!served.some(hasRestApi)) {
    const which = all ? 'The app has no stack' : `--stack ${names.join(', ')}: it is not a stack`;
    throw new Problem(`${which} with a REST API: there is nothing to serve.`);
  }
  return { served, deployed: inDeploymentOrder(served) };
}
