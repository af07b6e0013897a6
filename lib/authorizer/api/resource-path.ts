import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { referenceIn, renderedProperties } from './rendered.ts';

/**
 * A literal or a parameter. A wildcard or a slash in a literal would be one in the policies, too; API
 * Gateway takes neither.
 */
export const PATH_PART = /^(\{[\w.-]+\+?\}|[^*?/{}]+)$/;

/**
 * The path of a resource of an API, followed up to the API's root. A view that was imported with
 * another resource as its root does not know it.
 *
 * @param resourceId as rendered in a method, or in another resource as its parent
 * @returns `undefined` if the app does not say what the path is
 */
export function resourcePath(
  resourceId: unknown,
  scope: IConstruct,
  api: CfnResource,
): string | undefined {
  const parts: string[] = [];
  const seen = new Set<IConstruct>();
  for (let [id, at] = [resourceId, scope]; ; ) {
    const reference = referenceIn(id, at);
    if (reference === undefined) return undefined;
    const { target, attribute } = reference;
    if (target === api) return attribute === 'RootResourceId' ? `/${parts.join('/')}` : undefined;
    if (
      !CfnResource.isCfnResource(target) ||
      target.cfnResourceType !== 'AWS::ApiGateway::Resource' ||
      seen.has(target)
    ) {
      return undefined;
    }
    seen.add(target);
    const { PathPart, ParentId } = renderedProperties(target);
    if (typeof PathPart !== 'string' || !PATH_PART.test(PathPart)) return undefined;
    parts.unshift(PathPart);
    [id, at] = [ParentId, target];
  }
}
