import { ApiKeySourceType, CfnRestApi, type Method } from 'aws-cdk-lib/aws-apigateway';
import { ConfigurationError } from '../configuration-error.ts';
import { apiResource } from './api-resources.ts';
import { methodResource } from './method-declarations.ts';
import { pathOf, renderedProperties } from './rendered.ts';
import { resourcePath } from './resource-path.ts';

/**
 * The REST API of a method and the path of the method, also where the method was made through an
 * imported view of an API of this app.
 *
 * @throws ConfigurationError if the app does not say which API it is, or which path
 */
export function locate(method: Method): { readonly api: CfnRestApi; readonly path: string } {
  const { resource, properties, api } = apiResource(methodResource(method));
  if (!(api instanceof CfnRestApi)) {
    throw new ConfigurationError(
      `the API of ${method.node.path} must be a RestApi of this app: give an imported view the restApiId of the RestApi itself`,
    );
  }
  const path = resourcePath(properties.ResourceId, resource, api);
  if (path === undefined) {
    throw new ConfigurationError(
      `the path of ${method.node.path} cannot be told: give fromRestApiAttributes() a rootResourceId that is the resourceId of a resource of this app`,
    );
  }
  return { api, path };
}

/**
 * Has an API take the keys by which it limits clients from its authorizer.
 *
 * @throws ConfigurationError if the app has it take them from a header
 */
export function takeKeysFromAuthorizer(api: CfnRestApi): void {
  if (api.apiKeySourceType === ApiKeySourceType.HEADER)
    throw new ConfigurationError(keySource(api));
  api.apiKeySourceType = ApiKeySourceType.AUTHORIZER;
}

/**
 * What is wrong with the API itself, one sentence each.
 *
 * @param isLimited whether clients are limited by keys that the authorizer returns
 */
export function restApiErrors(api: CfnRestApi, isLimited: boolean): string[] {
  const properties = renderedProperties(api);
  return [
    ...['Body', 'BodyS3Location', 'CloneFrom']
      .filter((source) => properties[source] !== undefined)
      .map(
        (source) =>
          `${pathOf(api)} has a ${source}, from which API Gateway makes methods that cannot be seen here: declare them with addMethod()`,
      ),
    ...(isLimited && properties.ApiKeySourceType !== ApiKeySourceType.AUTHORIZER
      ? [keySource(api)]
      : []),
  ];
}

const keySource = (api: CfnRestApi): string =>
  `apiKeySourceType of ${pathOf(api)} must be AUTHORIZER: clients are limited by the keys that the authorizer returns`;
