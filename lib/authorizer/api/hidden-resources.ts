import { CfnElement, CfnResource, CfnStack, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { givenFor, pathOf, referencedBy, renderedResources } from './rendered.ts';

/**
 * What parts of the app's templates may hold methods that no construct stands for, one sentence each:
 * resources are found by the type that their construct says.
 */
export function hiddenResourceErrors(api: CfnResource): string[] {
  // `AWS::ApiGateway::` or `AWS::ApiGatewayV2::`.
  const service = api.cfnResourceType.replace(/[^:]+$/, '');
  const elements = api.node.root.node.findAll().filter((node) => CfnElement.isCfnElement(node));
  const nested = new Set(
    elements.flatMap((element) => Stack.of(element).nestedStackResource ?? []),
  );
  return elements.flatMap((element) => [
    ...typeErrors(element, service),
    ...(element instanceof CfnStack && !nested.has(element) && isGiven(element, api)
      ? [
          `${pathOf(element)} is given ${pathOf(api)}, and its template cannot be seen here: declare its resources in a NestedStack`,
        ]
      : []),
  ]);
}

function typeErrors(element: CfnElement, service: string): string[] {
  const declared = CfnResource.isCfnResource(element) ? element.cfnResourceType : undefined;
  return renderedResources(element)
    .filter(({ type }) => type !== declared && [type, declared].some(isOf(service)))
    .map(
      ({ type }) =>
        `${pathOf(element)} becomes ${String(type)}, which its construct does not say: declare it with the construct of that type, or include its template with CfnInclude of aws-cdk-lib/cloudformation-include`,
    );
}

const isOf =
  (service: string) =>
  (type: unknown): boolean =>
    typeof type !== 'string' ? type !== undefined : type.startsWith(service);

/** Whether a part of a template refers to a resource, also through parameters of nested stacks. */
const isGiven = (element: CfnElement, resource: IConstruct): boolean =>
  referencedBy(element).some((target) => target === resource || givenFor(target) === resource);
