import { type CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { type ApiResourceType, apiResources } from './api-resources.ts';
import { pathOf, renderedResources } from './rendered.ts';

const UNCONDITIONAL: readonly ApiResourceType[] = [
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::Stage',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
];

/**
 * What of the API is made on a condition only, one sentence each. Where a method is missing, API
 * Gateway gives its requests to another one, and the policies were proven for an API that has it.
 */
export function conditionErrors(api: CfnResource): string[] {
  const conditional = UNCONDITIONAL.flatMap((type) =>
    apiResources(api, type)
      // A view in another stack may not say whose resource it is; a method or stage has to say it.
      .filter((each) => each.api === api || (each.api === undefined && type.endsWith('Resource')))
      .flatMap(({ resource }) => [resource, ...nestedStacksAround(resource)])
      .filter(isConditional),
  );
  return [...new Set(conditional)].map(
    (resource) =>
      `${pathOf(resource)} must have no condition: without it, requests would reach other methods than the policies were proven for, so decide at synth whether to declare it`,
  );
}

function nestedStacksAround(construct: IConstruct): CfnResource[] {
  const { nestedStackResource } = Stack.of(construct);
  return nestedStackResource === undefined
    ? []
    : [nestedStackResource, ...nestedStacksAround(nestedStackResource)];
}

const isConditional = (resource: CfnResource): boolean =>
  renderedResources(resource).some(({ condition }) => condition !== undefined);
