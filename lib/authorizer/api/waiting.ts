import { CfnElement, CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ConfigurationError } from '../configuration-error.ts';
import { pathOf, referencedBy } from './rendered.ts';

/**
 * What waits for what across the stacks of an app, as long as nothing is added to it: what its
 * resources refer to and depend on. A nested stack is one resource of the stack that it is in, and
 * stacks wait for each other as a whole, so two resources may wait for each other although neither
 * knows of the other.
 */
export class WaitingOrder {
  readonly #targets = new Map<IConstruct, readonly IConstruct[]>();

  /**
   * Whether a resource can wait for another one. In one stack the answer is always yes: a circle
   * there is one that the app has made without us.
   */
  canWait(resource: CfnResource, other: IConstruct): boolean {
    const [stacks, otherStacks] = [stacksOf(resource), stacksOf(other)];
    const sharedDepth = stacks.filter((stack, index) => stack === otherStacks[index]).length;
    if (sharedDepth === stacks.length && sharedDepth === otherStacks.length) return true;
    const template = stacks[sharedDepth - 1];
    const [from, to] = [standIn(other, template), standIn(resource, template)];
    const seen = new Set(from ? [from] : []);
    // A set is walked in the order in which it grows.
    for (const node of seen) {
      for (const target of this.#targetsOf(node)) {
        const next = standIn(target, template);
        if (next !== undefined) seen.add(next);
      }
    }
    return to === undefined || !seen.has(to);
  }

  #targetsOf(node: IConstruct): readonly IConstruct[] {
    const targets = this.#targets.get(node) ?? targetsOf(node);
    this.#targets.set(node, targets);
    return targets;
  }
}

/**
 * What a construct is in a template: the resource itself, or the nested stack that it is in. Where
 * there is no template in common, it is its outermost stack.
 */
function standIn(construct: IConstruct, template: Stack | undefined): IConstruct | undefined {
  const stacks = stacksOf(construct);
  if (template === undefined) return stacks[0];
  const depth = stacks.indexOf(template);
  return depth < 0 ? undefined : (stacks[depth + 1]?.nestedStackResource ?? construct);
}

/** What a resource or a stack refers to or depends on; a stack with all that is in it. */
function targetsOf(node: IConstruct): readonly IConstruct[] {
  const stack = Stack.isStack(node)
    ? node
    : Stack.of(node)
        .node.findAll()
        .filter((each) => Stack.isStack(each))
        .find(({ nestedStackResource }) => nestedStackResource === node);
  const all = [...node.node.findAll(), ...(stack && stack !== node ? stack.node.findAll() : [])];
  return [...new Set(all.flatMap(directTargetsOf))];
}

function directTargetsOf(construct: IConstruct): IConstruct[] {
  const declared = construct.node.scopes
    .flatMap((scope) => scope.node.dependencies)
    .flatMap((target) => target.node.findAll());
  if (Stack.isStack(construct)) return [...declared, ...construct.dependencies];
  // Not only resources: a nested stack waits for what its outputs say, too.
  if (!CfnElement.isCfnElement(construct)) return [];
  const ordered = CfnResource.isCfnResource(construct) ? construct.obtainDependencies() : [];
  return [...declared, ...referencedBy(construct), ...ordered].filter(
    (target) => CfnResource.isCfnResource(target) || Stack.isStack(target),
  );
}

/** The stacks that a construct is in, the outermost first. */
function stacksOf(construct: IConstruct): Stack[] {
  const stacks: Stack[] = [];
  for (let stack: Stack | undefined = Stack.of(construct); stack; stack = stack.nestedStackParent) {
    stacks.unshift(stack);
  }
  return stacks;
}

/** The resources of a construct. */
export const resourcesIn = ({ node }: IConstruct): CfnResource[] =>
  node.findAll().filter((each) => CfnResource.isCfnResource(each));

/**
 * Refuses an order that CloudFormation cannot keep.
 *
 * @throws ConfigurationError if stacks would have to wait for each other
 */
export function requireWait(order: WaitingOrder, resource: CfnResource, other: IConstruct): void {
  if (order.canWait(resource, other)) return;
  const [waiting, first] = [resource, other].map((each) => Stack.of(each).node.path);
  throw new ConfigurationError(
    `${pathOf(resource)} has to wait for ${pathOf(other)}, but ${first} waits for ${waiting}: put both into one stack, or each into a nested stack of its own`,
  );
}
