import { CfnParameter, CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { givenFor, pathOf, referencedBy, referenceIn, renderedProperties } from './rendered.ts';

/** The authorizers of REST APIs, and of HTTP and WebSocket APIs. */
const AUTHORIZERS: readonly string[] = [
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGatewayV2::Authorizer',
];

/** What a reference goes through on its way to a function. */
const WAYS_TO_A_FUNCTION: readonly string[] = ['AWS::Lambda::Alias', 'AWS::Lambda::Version'];

/**
 * What is wrong with the other authorizers of the app, one sentence each. The function of ours lists
 * paths without an API, so behind another authorizer it would open the same paths there, and no
 * method says which permission it asks for.
 */
export function authorizerErrors(own: readonly CfnResource[], fn: IConstruct): string[] {
  return fn.node.root.node
    .findAll()
    .filter((node) => CfnResource.isCfnResource(node))
    .filter((node) => !own.includes(node) && AUTHORIZERS.includes(node.cfnResourceType))
    .filter((node) => runs(node, fn))
    .map(
      (node) =>
        `authorizer ${pathOf(node)} runs ${pathOf(fn)}, which only knows the methods that were protected: leave it out, and call protect()`,
    );
}

/** The authorizer that a rendered id stands for. */
export function authorizerIn(id: unknown, scope: IConstruct): CfnResource | undefined {
  const target = referenceIn(id, scope)?.target;
  return CfnResource.isCfnResource(target) && AUTHORIZERS.includes(target.cfnResourceType)
    ? target
    : undefined;
}

function runs(authorizer: CfnResource, fn: IConstruct): boolean {
  const resource = fn.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) return false;
  const seen = new Set<IConstruct>([authorizer]);
  for (const node of seen) {
    if (node === resource) return true;
    const isOnTheWay =
      node === authorizer ||
      (CfnResource.isCfnResource(node) && WAYS_TO_A_FUNCTION.includes(node.cfnResourceType));
    const next = node instanceof CfnParameter ? [givenFor(node)] : [];
    if (isOnTheWay && CfnResource.isCfnResource(node)) next.push(...referencedBy(node));
    for (const target of next) if (target) seen.add(target);
  }
  // An id written by hand, as Fn.getAtt() and Fn.sub() take it.
  const id = Stack.of(resource).resolve(resource.logicalId) as string;
  return JSON.stringify(renderedProperties(authorizer)).includes(id);
}
