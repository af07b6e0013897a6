import type { CfnResource } from 'aws-cdk-lib';
import { type ApiResource, apiResources } from './api-resources.ts';

/**
 * What a deployment of an API keeps, as one text that changes with it: every method, open or closed,
 * with its integration, and every resource, whoever declared them in whichever stack of the app.
 */
export function apiSnapshot(api: CfnResource): string {
  const parts = [...resourcesOf(api, 'AWS::ApiGateway::Resource'), ...methodResources(api)];
  return JSON.stringify(
    parts
      .map(({ resource, properties }) => JSON.stringify([resource.node.path, properties]))
      .toSorted(),
  );
}

/** Every method that a deployment of an API has to wait for. */
export const deployedMethods = (api: CfnResource): CfnResource[] =>
  methodResources(api).map(({ resource }) => resource);

const methodResources = (api: CfnResource) => resourcesOf(api, 'AWS::ApiGateway::Method');

const resourcesOf = (
  api: CfnResource,
  type: 'AWS::ApiGateway::Method' | 'AWS::ApiGateway::Resource',
): ApiResource[] => apiResources(api, type).filter((each) => each.api === api);
